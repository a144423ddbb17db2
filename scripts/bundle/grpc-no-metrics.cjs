// In the bundle in place of grpc-js's ORCA metrics, which this server does not send: with them, the client comes along.
exports.PerRequestMetricRecorder = class {};
