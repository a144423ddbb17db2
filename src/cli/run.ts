import { isExecutable, programFile } from "../base/executable.ts";
import { shellWord } from "../base/shell-word.ts";
import { version } from "../base/version.ts";

/** The program as it was called, or the file that starts it, so that the commands in the help can be copied. */
const self = (isExecutable ? [calledFile()] : [process.argv0, process.argv[1] ?? ""]).map(shellWord).join(" ");

function calledFile(): string {
  const file = programFile();
  return file === process.execPath ? process.argv0 : file;
}

const help = `terraform-provider-hikube ${version}

This is a Terraform/OpenTofu provider: Terraform starts it by itself when a configuration says

  terraform {
    required_providers {
      hikube = { source = "hikube/hikube" }
    }
  }

Started by hand it can:

  ${self} kubeconfig <id> [options]
      print a kubeconfig of a cluster, or add it to a file
  ${self} token <id> [options]
      print the credential of a cluster, as a credential plugin of kubectl does
  ${self} watch <id> [options]
      show the progress of clusters until they are ready
  ${self} export <id> [options]
      write a configuration with import blocks for what exists
  ${self} doctor [options]
      examine connection, login, rights, platform and clusters
  ${self} sandbox [options]
      serve an embedded Hikube on this machine, to try things out
  ${self} conformance [options]
      try whether a tenant's platform behaves as this provider expects
  ${self} debug
      serve the provider for a debugger and print TF_REATTACH_PROVIDERS
  ${self} version
      print the version
`;

/** Runs the command line of a start by hand. Returns the exit code. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  switch (command) {
    case "kubeconfig": {
      const { runKubeconfig } = await import("./kubeconfig.ts");
      return runKubeconfig(rest);
    }
    case "watch": {
      const { runWatch } = await import("./watch.ts");
      return runWatch(rest);
    }
    case "token": {
      const { runToken } = await import("./token.ts");
      return runToken(rest);
    }
    case "export": {
      const { runExport } = await import("./export.ts");
      return runExport(rest);
    }
    case "doctor": {
      const { runDoctor } = await import("./doctor.ts");
      return runDoctor(rest);
    }
    case "sandbox": {
      const { runSandbox } = await import("./sandbox.ts");
      return runSandbox(rest);
    }
    case "conformance": {
      const { runConformance } = await import("./conformance.ts");
      return runConformance(rest);
    }
    case "debug": {
      const { runDebug } = await import("./debug.ts");
      return runDebug();
    }
    case "version":
    case "--version":
    case "-v":
      process.stdout.write(`${version}\n`);
      return 0;
    case undefined:
    case "help":
    case "--help":
    case "-h":
      process.stdout.write(help);
      return command === undefined ? 1 : 0;
    default:
      process.stderr.write(`Unknown command "${command}".\n\n${help}`);
      return 1;
  }
}
