import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser';

/** What leaves here is JSON: no packet is searched for binary parts, which costs as much as writing it down. */
class JsonEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    const { type, nsp, id } = packet;
    if ((type !== PacketType.EVENT && type !== PacketType.ACK) || nsp !== '/') return super.encode(packet);
    return [`${type}${id ?? ''}${JSON.stringify(packet.data)}`];
  }
}

/** Socket.io's own protocol; what comes in is read as ever. */
export const jsonParser = { Encoder: JsonEncoder, Decoder };
