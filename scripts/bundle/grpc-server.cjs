// What a plugin needs of grpc-js: a server on a socket. The package's own index also loads channels, resolvers and load
// balancers of its client, which cost every process start some 12 ms (design §8). Used in the bundle only.
const { Server } = require("@grpc/grpc-js/build/src/server");
const { ServerCredentials } = require("@grpc/grpc-js/build/src/server-credentials");
const { status } = require("@grpc/grpc-js/build/src/constants");
// The server parses its own address with these.
require("@grpc/grpc-js/build/src/resolver-uds").setup();
require("@grpc/grpc-js/build/src/resolver-ip").setup();
require("@grpc/grpc-js/build/src/resolver-dns").setup();

module.exports = { Server, ServerCredentials, status };
