// Stands in the bundle for parts of grpc-js that only its client needs.
module.exports = {};
