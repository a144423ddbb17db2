// Stands in the bundle for grpc-js's load reports, which this server does not send.
exports.PerRequestMetricRecorder = class {};
