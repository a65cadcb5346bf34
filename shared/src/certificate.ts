import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { isIPv4 } from 'node:net'

export type CertificateWish = {
  /** Names of hosts and IPv4 addresses. The first one is whom it is made out to. */
  names: [string, ...string[]]
  from: Date
  until: Date
  /** A private key in PEM, where there is one already. */
  key?: string
}

/** A certificate that vouches for itself: whoever shall trust it is given it. No key lies in the repository. */
export function makeCertificate({ names, from, until, key }: CertificateWish): { cert: string; key: string } {
  const privateKey = key ? createPrivateKey(key) : newKey()
  const name = sequence(tlv(SET, sequence(COMMON_NAME, tlv(UTF8, Buffer.from(names[0])))))
  const told = sequence(
    tlv(VERSION, integer(Buffer.from([2]))),
    // Positive and new each time, so that two for the same name are never taken for one.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    signedBy(privateKey),
    name,
    sequence(time(from), time(until)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    tlv(EXTENSIONS, sequence(sequence(ALT_NAME, tlv(OCTETS, sequence(...names.map(altName)))))),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', told, privateKey)])
  const whole = sequence(told, signedBy(privateKey), tlv(BITS, signature))
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${linesOf(whole)}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** How it is signed: with SHA-256 either way. */
const signedBy = ({ asymmetricKeyType }: KeyObject): Buffer =>
  sequence(asymmetricKeyType === 'rsa' ? RSA_SHA256 : ECDSA_SHA256)

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

const linesOf = (der: Buffer): string => der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')

const altName = (name: string): Buffer =>
  isIPv4(name) ? tlv(ADDRESS, Buffer.from(name.split('.').map(Number))) : tlv(DNS_NAME, Buffer.from(name))

/** The short form has two digits for the year, and ends with 2049. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050
    ? tlv(TIME, Buffer.from(digits.slice(2)))
    : tlv(LONG_TIME, Buffer.from(digits))
}

/** X.509 is DER: a tag, a length, and what it holds. */
function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), value])
}
const [SET, UTF8, TIME, LONG_TIME, BITS, OCTETS] = [0x31, 0x0c, 0x17, 0x18, 0x03, 0x04] as const
const [VERSION, EXTENSIONS, DNS_NAME, ADDRESS] = [0xa0, 0xa3, 0x82, 0x87] as const
const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, ...parts)
const integer = (value: Buffer): Buffer => tlv(0x02, value)
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const RSA_SHA256 = Buffer.from('06092a864886f70d01010b0500', 'hex')
const COMMON_NAME = Buffer.from('0603550403', 'hex')
const ALT_NAME = Buffer.from('0603551d11', 'hex')
