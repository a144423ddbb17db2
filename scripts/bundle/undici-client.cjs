// The client half of undici, in place of its index, which also sets up fetch, WebSockets, caches and mocks. `bundle.ts` puts it into the
// executable; a start from the sources loads the package itself.
const dispatcher = require("undici/lib/dispatcher/dispatcher").prototype;
dispatcher.request = require("undici/lib/api/api-request");
// By which a proxy is asked for a connection.
dispatcher.connect = require("undici/lib/api/api-connect");
exports.Agent = require("undici/lib/dispatcher/agent");
exports.ProxyAgent = require("undici/lib/dispatcher/proxy-agent");
exports.buildConnector = require("undici/lib/core/connect");
