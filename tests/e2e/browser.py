"""Chromium without a window, driven over a pipe by its DevTools protocol; nothing but the standard library."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


class Browser:
    """One page.  Keeps every request, console message and exception of it."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory()
        to_browser, from_us = os.pipe()
        to_us, from_browser = os.pipe()

        def as_three_and_four():
            # High numbers first: either pipe may be 3 or 4 already.
            reads, writes = os.dup(to_browser), os.dup(from_browser)
            os.dup2(reads, 3)
            os.dup2(writes, 4)

        self.process = subprocess.Popen(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--no-first-run", "--disable-extensions", "--disable-background-networking", f"--user-data-dir={self.profile.name}", "about:blank"],
            preexec_fn=as_three_and_four, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.out, self.into = from_us, to_us
        self.buffer, self.count, self.session = b"", 0, None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Performance.enable", timeDomain="threadTicks")

    def close(self):
        for end in (self.out, self.into):
            os.close(end)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for _ in range(50):  # its helpers may still be writing
            try:
                self.profile.cleanup()
                return
            except OSError:
                time.sleep(0.1)

    def _read(self, timeout):
        while b"\0" not in self.buffer:
            if not select.select([self.into], [], [], timeout)[0]:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise EOFError("the browser has ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, timeout=60, **parameters):
        self.count += 1
        request = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        while True:
            message = self._read(timeout)
            if message.get("id") == self.count:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def show(self, width=1280, height=900, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, path):
        """Opens a file and waits for it.  Returns the seconds until it can be read, and until the last chart is drawn."""
        self.events.clear()
        begun = time.monotonic()
        self.call("Page.navigate", url="file://" + str(path))
        while self.evaluate("document.readyState === 'complete' && typeof AF !== 'undefined' && !!AF.ready") is not True:
            time.sleep(0.02)
        self.evaluate("AF.ready.catch(() => {})")
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        opened = time.monotonic() - begun
        self.evaluate("AF.drawn")
        return opened, time.monotonic() - begun

    def busy_seconds(self):
        """Time that the page's thread has worked since it was opened, whoever else uses the processors."""
        metrics = {m["name"]: m["value"] for m in self.call("Performance.getMetrics")["metrics"]}
        return metrics["TaskDuration"]

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=f"(async () => ({expression}))()", awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", str(result)))
        return result["result"].get("value")

    def requests(self):
        """Addresses asked for, apart from the page itself and what it makes of its own bytes."""
        urls = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return [url for url in urls[1:] if not url.startswith(("data:", "blob:"))]

    def complaints(self):
        found = []
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
            elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
                found.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
            elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                found.append(params["entry"]["text"])
        return found

    def mouse(self, kind, x, y, buttons=0, clicks=0):
        """kind: Moved, Pressed or Released, in pixels of the window."""
        self.call("Input.dispatchMouseEvent", type="mouse" + kind, x=x, y=y, button="left" if kind != "Moved" or buttons else "none",
                  buttons=buttons, clickCount=clicks)

    def drag(self, x1, y1, x2, y2):
        self.mouse("Moved", x1, y1)
        self.mouse("Pressed", x1, y1, buttons=1, clicks=1)
        for step in range(1, 6):
            self.mouse("Moved", x1 + (x2 - x1) * step / 5, y1 + (y2 - y1) * step / 5, buttons=1)
        self.mouse("Released", x2, y2, clicks=1)

    def scroll_to(self, selector):
        """Brings an element into the window; its box {x, y, width, height}."""
        return self.evaluate(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
                             " const b = e.getBoundingClientRect(); return {x: b.x, y: b.y, width: b.width, height: b.height}; })()")

    def screenshot(self, path, whole=False):
        extra = {}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            extra = {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}
        data = self.call("Page.captureScreenshot", format="png", **extra)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
