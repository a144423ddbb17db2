// Made by `npm run generate` from the files in proto/; not to be edited.
import type { MethodDefinition } from "../../base/rpc.ts";
import type { Reader, Writer } from "protobufjs/minimal.js";

export declare namespace plugin {
  interface IConnInfo {
    serviceId?: number | null | undefined;
    network?: string | null | undefined;
    address?: string | null | undefined;
    knock?: plugin.ConnInfo.IKnock | null | undefined;
  }
  class ConnInfo {
    constructor(properties?: IConnInfo);
    serviceId: number;
    network: string;
    address: string;
    knock: plugin.ConnInfo.Knock | null;
    static encode(message: IConnInfo, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ConnInfo;
  }
  namespace ConnInfo {
    interface IKnock {
      knock?: boolean | null | undefined;
      ack?: boolean | null | undefined;
      error?: string | null | undefined;
    }
    class Knock {
      constructor(properties?: IKnock);
      knock: boolean;
      ack: boolean;
      error: string;
      static encode(message: IKnock, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Knock;
    }
  }
  interface IEmpty {
  }
  class Empty {
    constructor(properties?: IEmpty);
    static encode(message: IEmpty, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): Empty;
  }
  interface IStdioData {
    channel?: number | null | undefined;
    data?: Uint8Array | null | undefined;
  }
  class StdioData {
    constructor(properties?: IStdioData);
    channel: number;
    data: Uint8Array;
    static encode(message: IStdioData, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): StdioData;
  }
  namespace StdioData {
    const Channel: {
      readonly INVALID: 0;
      readonly STDOUT: 1;
      readonly STDERR: 2;
    };
  }
}
export declare namespace google {
  namespace protobuf {
    interface IEmpty {
    }
    class Empty {
      constructor(properties?: IEmpty);
      static encode(message: IEmpty, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Empty;
    }
  }
}
export declare namespace grpc {
  namespace health {
    namespace v1 {
      interface IHealthListRequest {
      }
      class HealthListRequest {
        constructor(properties?: IHealthListRequest);
        static encode(message: IHealthListRequest, writer?: Writer): Writer;
        static decode(reader: Reader | Uint8Array, length?: number): HealthListRequest;
      }
      interface IHealthListResponse {
        statuses?: { [key: string]: grpc.health.v1.IHealthCheckResponse } | null | undefined;
      }
      class HealthListResponse {
        constructor(properties?: IHealthListResponse);
        statuses: { [key: string]: grpc.health.v1.HealthCheckResponse };
        static encode(message: IHealthListResponse, writer?: Writer): Writer;
        static decode(reader: Reader | Uint8Array, length?: number): HealthListResponse;
      }
      interface IHealthCheckRequest {
        service?: string | null | undefined;
      }
      class HealthCheckRequest {
        constructor(properties?: IHealthCheckRequest);
        service: string;
        static encode(message: IHealthCheckRequest, writer?: Writer): Writer;
        static decode(reader: Reader | Uint8Array, length?: number): HealthCheckRequest;
      }
      interface IHealthCheckResponse {
        status?: number | null | undefined;
      }
      class HealthCheckResponse {
        constructor(properties?: IHealthCheckResponse);
        status: number;
        static encode(message: IHealthCheckResponse, writer?: Writer): Writer;
        static decode(reader: Reader | Uint8Array, length?: number): HealthCheckResponse;
      }
      namespace HealthCheckResponse {
        const ServingStatus: {
          readonly UNKNOWN: 0;
          readonly SERVING: 1;
          readonly NOT_SERVING: 2;
          readonly SERVICE_UNKNOWN: 3;
        };
      }
    }
  }
}
/** The methods of each service, by its full name. */
export const services: {
  readonly "plugin.GRPCBroker": {
    readonly StartStream: MethodDefinition<plugin.IConnInfo, plugin.IConnInfo, plugin.ConnInfo, plugin.ConnInfo>;
  };
  readonly "plugin.GRPCController": {
    readonly Shutdown: MethodDefinition<plugin.IEmpty, plugin.IEmpty, plugin.Empty, plugin.Empty>;
  };
  readonly "plugin.GRPCStdio": {
    readonly StreamStdio: MethodDefinition<google.protobuf.IEmpty, plugin.IStdioData, google.protobuf.Empty, plugin.StdioData>;
  };
  readonly "grpc.health.v1.Health": {
    readonly Check: MethodDefinition<grpc.health.v1.IHealthCheckRequest, grpc.health.v1.IHealthCheckResponse, grpc.health.v1.HealthCheckRequest, grpc.health.v1.HealthCheckResponse>;
    readonly Watch: MethodDefinition<grpc.health.v1.IHealthCheckRequest, grpc.health.v1.IHealthCheckResponse, grpc.health.v1.HealthCheckRequest, grpc.health.v1.HealthCheckResponse>;
    readonly List: MethodDefinition<grpc.health.v1.IHealthListRequest, grpc.health.v1.IHealthListResponse, grpc.health.v1.HealthListRequest, grpc.health.v1.HealthListResponse>;
  };
};
