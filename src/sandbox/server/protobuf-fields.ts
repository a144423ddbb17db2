/** One field of a protobuf message: a varint as a number, everything with a length as bytes. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Buffer;
}

/** The fields of a message in order. @throws Error for a message that ends early or has groups. */
export function protobufFields(message: Buffer): ProtobufField[] {
  const found: ProtobufField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at];
      if (byte === undefined || shift > 63n) throw new Error("unterminated varint");
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new Error("a field that ends early");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    if ((tag & 7) === 0) found.push({ number, value: Number(BigInt.asIntN(64, varint())) });
    else if ((tag & 7) === 1) found.push({ number, value: take(8) });
    else if ((tag & 7) === 2) found.push({ number, value: take(Number(varint())) });
    else throw new Error("an unexpected field");
  }
  return found;
}

/** The message inside Kubernetes' envelope, and what it says of itself. @throws Error for anything else. */
export function kubernetesMessage(bytes: Buffer): {
  readonly apiVersion: string;
  readonly kind: string;
  readonly message: Buffer;
} {
  if (bytes.subarray(0, 4).toString("latin1") !== "k8s\0") throw new Error("not Kubernetes protobuf");
  const outer = protobufFields(bytes.subarray(4));
  const bytesOf = (fields: readonly ProtobufField[], number: number): Buffer => {
    const value = fields.find((field) => field.number === number)?.value;
    return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  };
  const type = protobufFields(bytesOf(outer, 1));
  return {
    apiVersion: bytesOf(type, 1).toString("utf8"),
    kind: bytesOf(type, 2).toString("utf8"),
    message: bytesOf(outer, 2),
  };
}
