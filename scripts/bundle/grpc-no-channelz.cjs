// In the bundle in place of grpc-js's channelz, which the server switches off: with it, the client and @grpc/proto-loader come along.
class Off {
  addTrace() {}
  addCallStarted() {}
  addCallSucceeded() {}
  addCallFailed() {}
  refChild() {}
  unrefChild() {}
}
exports.ChannelzTraceStub = Off;
exports.ChannelzCallTrackerStub = Off;
exports.ChannelzChildrenTrackerStub = Off;
exports.registerChannelzServer = (name) => ({ kind: "server", id: -1, name });
exports.registerChannelzSocket = (name) => ({ kind: "socket", id: -1, name });
exports.unregisterChannelzRef = () => {};
