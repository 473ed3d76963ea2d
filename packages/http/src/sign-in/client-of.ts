import { BlockList, isIP } from 'node:net'

/** Where a proxy of the host may be: in a private network, or on this machine. */
const nearby = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  nearby.addSubnet(network, bits)
nearby.addAddress('::1', 'ipv6')
nearby.addSubnet('fc00::', 7, 'ipv6')
nearby.addSubnet('fe80::', 10, 'ipv6')

/**
 * Names the client of a request: by its address, or by the address that a proxy in a private network has seen. A client
 * elsewhere can't choose its name.
 *
 * @param address - of the other end of the connection, if it is known.
 */
export function clientOf(request: Request, address: string | undefined): string {
  const peer = addressIn(address ?? '')
  if (peer && !nearby.check(peer, isIP(peer) === 6 ? 'ipv6' : 'ipv4')) return networkOf(peer)
  // Each proxy appends the address that it sees, so that only the last is certain.
  const last = request.headers.get('x-forwarded-for')?.split(',').at(-1) ?? ''
  return networkOf(addressIn(last) ?? peer)
}

/** The address in a text, which may have a port behind it. */
function addressIn(text: string): string | undefined {
  const address = text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    // The network interface of a local address.
    .replace(/%.*$/, '')
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : undefined
  const groups = groupsOf(address)
  return isIPv4Within(groups) ? dotted(groups.slice(6)) : groups.join(':')
}

/** The eight groups of an IPv6 address, whichever way it is written. */
function groupsOf(address: string): string[] {
  const [start = '', end = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [first, last] = [start, end].map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array(8 - (first?.length ?? 0) - (last?.length ?? 0)).fill('0')
  return [...(first ?? []), ...zeros, ...(last ?? [])]
}

/** Whether an IPv6 address stands for one of IPv4: as a socket has it, or as a gateway between the two writes it. */
function isIPv4Within(groups: readonly string[]): boolean {
  return ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'].includes(groups.slice(0, 6).join(':'))
}

function dotted(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 0xff])
    .join('.')
}

/** An address without its part that a client can choose: one client has all addresses of an IPv6 network. */
function networkOf(address = ''): string {
  return isIP(address) === 6 ? address.split(':').slice(0, 4).join(':') : address
}
