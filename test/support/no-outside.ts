import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { Server, Socket } from "node:net";

// Loaded before each file of test/unit: a unit test opens no socket and starts no process.

function refuse(target: object, method: string, what: string): void {
  const value = () => {
    throw new Error(`A unit test must not ${what}. Move it to test/integration.`);
  };
  Object.defineProperty(target, method, { value, configurable: true, writable: true });
}

refuse(Server.prototype, "listen", "listen on a socket");
refuse(Socket.prototype, "connect", "open a connection");
refuse(childProcess.ChildProcess.prototype, "spawn", "start a process");
for (const method of ["spawnSync", "execSync", "execFileSync"]) refuse(childProcess, method, "start a process");
syncBuiltinESMExports();
