#pragma once

namespace aifactory::engine {

/// Has SIGINT or SIGTERM asked the present run to end early?  For those who wait for something outside simulated time.
[[nodiscard]] bool interrupt_requested();

}  // namespace aifactory::engine
