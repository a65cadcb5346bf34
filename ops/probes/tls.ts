import {
  checkServerIdentity,
  connect,
  type ConnectionOptions,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls'
import { DIRECTORIES } from '../edge/certificates.ts'
import { type Finding, judge, notChecked } from './finding.ts'
import type { CertificateSettings } from './hands.ts'
import type { Probe, Trip } from './probe.ts'
import { bare, oneOf, serverNameOf, type Site } from './site.ts'

const DAYS_LEAST = 14

export const tlsAcmeGuard: Probe = {
  name: 'tlsAcmeGuard',
  file: 'meta/tls-acme-guard.json',
  question: 'Is the connection safe, the certificate the right one, and asked for in the right place?',
  next: 'openssl s_client -connect HOST:443 -servername HOST shows the connection by itself; docs/VERIFY.md says what is wanted',
  async ask(trip) {
    const { site, certificates } = trip
    const settings = await certificates?.()
    const wrongSettings = settings ? settingFaults(settings) : []
    if (site.origin.protocol !== 'https:')
      return wrongSettings.length > 0
        ? judge(wrongSettings, '', { settings })
        : notChecked('Needs an address that begins with https://.', { settings: settings ?? 'not known' })
    const shown = await meet(site, {})
    const old = await meet(site, OLD).catch(() => undefined)
    const plain = await askPlainly(trip)
    const isStaging = /staging|fake le/i.test(shown.issuer)
    return judgeAll(
      [
        ...wrongSettings,
        ...(/^TLSv1\.[23]$/.test(shown.protocol) ? [] : [`the connection is ${shown.protocol}`]),
        ...(old ? [`it also takes ${old.protocol}`] : []),
        ...(shown.nameFault ? [shown.nameFault] : []),
        ...(shown.daysLeft >= DAYS_LEAST ? [] : [`the certificate has ${shown.daysLeft} days left`]),
        ...trustFaults(shown, { isStaging, environment: settings?.environment }),
        ...plain.faults,
      ],
      unseenOf(settings),
      `${shown.protocol}, a certificate of ${shown.issuer} for ${shown.daysLeft} days${isStaging ? ', of the staging directory' : ''}.`,
      { shown, takesOld: old?.protocol ?? null, plain: plain.told, settings: settings ?? 'not known' },
    )
  },
}

/** What could not be looked at may be wrong as well. */
function judgeAll(wrong: string[], unseen: string[], seen: string, facts: Finding['facts']): Finding {
  return wrong.length === 0 && unseen.length > 0
    ? notChecked(`${seen} But ${unseen.join('; ')}.`, facts)
    : judge(wrong, seen, facts)
}

function unseenOf(settings: CertificateSettings | undefined): string[] {
  if (!settings) return ['what the edge was told about certificates is not known: a deploy captures it']
  return settings.resolvers
    .filter(({ storageMode }) => storageMode === undefined)
    .map(({ name }) => `who may read what ${name} keeps could not be seen`)
}

/** Clients of today refuse these by themselves, so they have to be talked into asking. */
const OLD: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }

type Shown = {
  protocol: string
  cipher: string
  issuer: string
  names: string
  validTo: string
  daysLeft: number
  isTrusted: boolean
  whyNot: string | null
  nameFault: string | undefined
}

function meet({ origin, address }: Site, options: ConnectionOptions): Promise<Shown> {
  const name = bare(origin.hostname)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address ?? name,
      port: Number(origin.port || 443),
      servername: serverNameOf(origin.hostname),
      // Judged below, where a staging certificate may be as it is.
      rejectUnauthorized: false,
      timeout: 10_000,
      ...options,
    })
    socket.once('secureConnect', () => {
      resolve(whatIsShown(socket, name))
      socket.destroy()
    })
    socket.once('timeout', () => socket.destroy(new Error('TLS was not spoken within 10 s')))
    socket.once('error', reject)
  })
}

function whatIsShown(socket: TLSSocket, name: string): Shown {
  const certificate: PeerCertificate = socket.getPeerCertificate()
  const { issuer, valid_to: validTo, subjectaltname = '' } = certificate
  return {
    protocol: socket.getProtocol() ?? 'nothing',
    cipher: socket.getCipher().name,
    issuer: [issuer.O, issuer.CN].flat().filter(Boolean).join(' ') || 'nobody',
    names: subjectaltname,
    validTo,
    daysLeft: Math.floor((Date.parse(validTo) - Date.now()) / 86_400_000),
    isTrusted: socket.authorized,
    whyNot: socket.authorized ? null : String(socket.authorizationError),
    nameFault: checkServerIdentity(name, certificate)?.message,
  }
}

type Context = { isStaging: boolean; environment: CertificateSettings['environment'] | undefined }

function trustFaults({ isTrusted, whyNot }: Shown, { isStaging, environment }: Context): string[] {
  if (environment === 'prod' && isStaging) return ['prod shows a certificate of the staging directory']
  if (isStaging && environment !== undefined) return []
  return isTrusted ? [] : [`browsers do not trust the certificate (${whyNot})`]
}

const MAY_ASK: Record<CertificateSettings['environment'], readonly string[]> = {
  local: [DIRECTORIES['le-staging']],
  staging: [DIRECTORIES['le-staging']],
  // It asks for tries as well, until somebody has typed its name once more.
  prod: Object.values(DIRECTORIES),
}

function settingFaults({ environment, resolvers }: CertificateSettings): string[] {
  if (resolvers.length === 0 && environment !== 'local')
    return [`no directory is asked for certificates with ENV=${environment}`]
  return resolvers.flatMap(({ name, directory, email, storageMode }) => [
    ...(MAY_ASK[environment].includes(directory)
      ? []
      : [`${name} asks ${directory} with ENV=${environment}`]),
    ...(/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) ? [] : [`${name} has no e-mail address`]),
    ...(storageMode === undefined || (storageMode & 0o077) === 0
      ? []
      : [`the storage of ${name} can be read by others (${storageMode.toString(8)})`]),
  ])
}

/** Pages are sent on to https; what a program says without TLS is refused, so that it is noticed. */
async function askPlainly({ site, plainOrigin }: Trip) {
  if (!plainOrigin) return { faults: [], told: 'not asked: the address has a port of its own' }
  const plain = site.as(plainOrigin)
  const page = await plain.ask('/', { headers: { accept: 'text/html' } })
  const api = await plain.ask('/api/health')
  const location = oneOf(page.headers.location) ?? ''
  const isSentOn =
    [301, 302, 307, 308].includes(page.status) && URL.parse(location)?.origin === site.origin.origin
  return {
    faults: [
      ...(isSentOn ? [] : [`http://…/ answered ${page.status} and leads to ${location || 'nowhere'}`]),
      ...(api.status >= 400 ? [] : [`http://…/api/health answered ${api.status}`]),
    ],
    told: { page: page.status, location, api: api.status },
  }
}
