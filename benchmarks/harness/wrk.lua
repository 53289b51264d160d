-- Sends the same request repeatedly and prints the result as one line of JSON.
-- Arguments after "--": method, path, media type, file with the body ("-" for no body).
local request_text

function init(args)
  wrk.method = args[1]
  wrk.path = args[2]
  if args[4] ~= "-" then
    local file = assert(io.open(args[4], "rb"))
    wrk.body = file:read("*a")
    file:close()
    wrk.headers["Content-Type"] = args[3]
  end
  request_text = wrk.format()
end

function request()
  return request_text
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"answered": %d, "failed": %d, "seconds": %.6f, "p50": %.4f, "p99": %.4f}\n',
    summary.requests, failed, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
