#pragma once
#include <string_view>
#include <vector>

#include "models/inference/request_stream.h"

namespace aifactory {

/// Requests of a trace in the columns of the Azure LLM inference traces: TIMESTAMP,ContextTokens,GeneratedTokens.
///
/// Timestamps are `2023-11-16 18:15:46.6805900` with up to nine digits of a second; lines end in LF or CRLF.  Arrivals
/// count from the first request; rows are put into the order of their instants, equal ones in the order of the file.
/// @throws InputError `line N: ...` naming what cannot be read.
/// Source: Azure/AzurePublicDataset, AzureLLMInferenceDataset2023 (Patel et al., Splitwise, ISCA 2024).
[[nodiscard]] std::vector<Request> parse_azure_requests(std::string_view text);

}  // namespace aifactory
