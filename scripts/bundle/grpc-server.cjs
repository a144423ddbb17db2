// The server half of @grpc/grpc-js, in place of its index, which also sets up the client's channels, resolvers and load balancers.
// `bundle.ts` puts it into the executable; a start from the sources loads the package itself.
exports.Server = require("@grpc/grpc-js/build/src/server").Server;
exports.ServerCredentials = require("@grpc/grpc-js/build/src/server-credentials").ServerCredentials;
exports.ServerInterceptingCall = require("@grpc/grpc-js/build/src/server-interceptors").ServerInterceptingCall;
exports.status = require("@grpc/grpc-js/build/src/constants").Status;
