import { RpcError, rpcStatus } from "./rpc-error.ts";

/** Both ways, as Go providers have it (protocol.md §2.4). */
export const maxMessageBytes = 256 * 1024 * 1024;

/** A flag byte and a length of four bytes stand before each message of gRPC. */
const headBytes = 5;

/** The one message of a unary call, as its pieces arrive. Holds no more than has arrived, whatever length is announced. */
export class SingleMessage {
  private readonly pieces: Buffer[] = [];
  private arrived = 0;
  private expected: number | undefined;

  /** Throws RpcError as soon as the message cannot become one that is served. */
  add(piece: Buffer): void {
    this.pieces.push(piece);
    this.arrived += piece.length;
    if (this.expected === undefined && this.arrived >= headBytes) {
      const head = this.pieces.length === 1 ? piece : Buffer.concat(this.pieces);
      // Hosts compress only where a server says that it can read it.
      if (head[0] === 1) throw new RpcError(rpcStatus.unimplemented, "compressed messages are not served");
      if (head[0] !== 0) throw new RpcError(rpcStatus.internal, "the message's flags are none of gRPC's");
      const length = head.readUInt32BE(1);
      if (length > maxMessageBytes) throw tooLarge(length);
      this.expected = headBytes + length;
    }
    if (this.expected !== undefined && this.arrived > this.expected) {
      throw new RpcError(rpcStatus.internal, "more than one message was sent");
    }
  }

  /** The message's bytes, once the caller has said all. Throws RpcError where something is missing. */
  whole(): Buffer {
    if (this.arrived !== this.expected) throw new RpcError(rpcStatus.internal, "the message is incomplete");
    const [first, ...more] = this.pieces;
    return (first !== undefined && more.length === 0 ? first : Buffer.concat(this.pieces)).subarray(headBytes);
  }
}

/** What stands before a message that is sent. Throws RpcError for one that no caller would take. */
export function headOf(message: Uint8Array): Buffer {
  if (message.length > maxMessageBytes) throw tooLarge(message.length);
  const head = Buffer.allocUnsafe(headBytes);
  head[0] = 0;
  head.writeUInt32BE(message.length, 1);
  return head;
}

const tooLarge = (length: number): RpcError =>
  new RpcError(rpcStatus.resourceExhausted, `a message of ${length} bytes is larger than ${maxMessageBytes}`);
