import { resolve } from 'node:path'
import { withoutLook } from '../commands/lock.ts'
import type { Target } from '../commands/ssh.ts'
import { readCompose } from '../checks/compose-file.ts'
import type { DropletProvider, Made } from '../deeds/droplet-provider.ts'
import { recorder, type Tell } from '../deeds/recorder.ts'
import { openRemoteShell, type RemoteShell } from '../deeds/remote-shell.ts'
import type { Command, Ran, Run } from '../deeds/run.ts'
import { ROOT } from '../launch/places.mjs'
import { findProvider } from './credentials.ts'
import type { EdgeParts } from './edge-settings.ts'
import { here, type Means, tellingProvider, toldOf } from './means.ts'
import { openMemory } from './memory.ts'
import type { DeploySettings } from './read-settings.ts'
import { commitHere } from './refuse-unpushed.ts'
import { EDGE_FOLDER, stackEnvOf } from './stack-files.ts'

/**
 * Means that look and change nothing, so that the story itself says what it would do: what only looks is really asked,
 * and everything else is told and answered as if it had gone well.
 */
export async function openDryMeans(read: DeploySettings, edge: EdgeParts, tell: Tell): Promise<Means> {
  const { settings, memoryFile } = read
  const hereRun = here(tell)
  const commit = await commitHere(settings.DO_APP_BRANCH, hereRun)
  const provider = findProvider(settings)
  const memory = { ...(await openMemory(memoryFile)), remember: forget }
  async function forget(change: object): Promise<void> {
    memory.known = { ...memory.known, ...change }
  }
  return {
    here: hereRun,
    async openShell(target) {
      const shell = isMade(target) ? await openRemoteShell(target) : notThere
      const answer: Run = answersFor(shell.run, { commit, services: servicesOf(read), edge })
      return { ...shell, run: recorder(toldOf(tell), `${target.user}@droplet`, answer) }
    },
    provider: provider && tellingProvider(thatMakesNothing(provider), tell),
    memory,
  }
}

/** Where a droplet would be that is not there yet. */
const NOWHERE = '192.0.2.1'
const isMade = ({ host }: Target): boolean => host !== NOWHERE

const FAILED: Ran = { code: 1, stdout: '', stderr: 'No such file or directory' }
const saying = (stdout: string): Ran => ({ code: 0, stdout, stderr: '' })

/** A droplet that nothing can be looked up on. */
const notThere: RemoteShell = {
  run: () => Promise.resolve(FAILED),
  reach: () => Promise.resolve({ ok: true }),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}

type Assumed = { commit: string; services: string[]; edge: EdgeParts }

/** What the story makes of an answer. The first that fits; whatever is not here would go well, and has nothing to say. */
function answersFor(ask: Run, { commit, services, edge }: Assumed): Run {
  /** In a folder that is not made yet, nothing is. */
  const look: Run = async (command, options) => {
    const answer = await ask(command, options)
    const isMade = answer.code === 0 || (await ask(['true'], options)).code === 0
    return isMade ? answer : FAILED
  }
  const lookOr =
    (ran: Ran): Run =>
    async (command, options) => {
      const answer = await ask(command, options)
      return answer.code === 0 ? answer : ran
    }
  const say =
    (text: string): Run =>
    () =>
      Promise.resolve(saying(text))
  const ANSWERS: readonly (readonly [RegExp, Run])[] = [
    [/^cat -- \S+\.pub$/, say('ssh-ed25519 that-it-will-have')],
    [new RegExp(`^cat -- ${EDGE_FOLDER}/`), say('')],
    [/^(?:env LC_ALL=C )?cat /, look],
    [
      new RegExp(`^ls .*${EDGE_FOLDER}/dynamic$`),
      say(
        edge.files
          .flatMap(({ path }) => /^dynamic\/(.+)/.exec(path)?.[1] ?? [])
          .sort()
          .join('\n'),
      ),
    ],
    [/^ls /, lookOr(saying(''))],
    [/^(?:true$|date |hostname |ip )/, look],
    [/^test -e secrets\//, look],
    [/^test /, () => Promise.resolve(FAILED)],
    [/^ssh-keygen -y /, look],
    [/^git rev-parse /, say(commit)],
    [/^docker image inspect /, look],
    [/^docker image ls /, lookOr(saying(''))],
    [/^docker compose config --services$/, say(services.join('\n'))],
    [/^docker compose ps --all --format json$/, say(services.map(asWell).join('\n'))],
    [
      /^docker compose run .*(?: migrate| range)$/,
      say(JSON.stringify({ head: 'as-the-build-says', live: null, oldest: null })),
    ],
    [/^docker compose exec .* psql [^]*query_to_xml/, say('public.assumed|0')],
    [/^docker compose exec .* psql .*--dbname=/, lookOr(saying(''))],
    [/^flock /, say('taken')],
  ]
  return (given: Command, options) => {
    // The lock is not taken, so nothing is found of it either.
    const command = withoutLook(given)
    const line = command.join(' ')
    const [, answer] = ANSWERS.find(([fits]) => fits.test(line)) ?? []
    return answer ? answer(command, options) : Promise.resolve(saying(''))
  }
}

const asWell = (Service: string): string =>
  JSON.stringify({ Service, ID: '', State: 'running', Health: 'healthy' })

/** Compose says so over there from the same files; a profile that is not switched on starts nothing. */
function servicesOf({ settings, processSettings }: DeploySettings): string[] {
  const env = stackEnvOf(settings, processSettings, '')
  const profiles = (env['COMPOSE_PROFILES'] ?? '').split(',')
  return (env['COMPOSE_FILE'] ?? 'compose.yaml').split(':').flatMap((file) => {
    const read = readCompose(resolve(ROOT, file))
    if (!('compose' in read)) return []
    return Object.entries(read.compose.services)
      .filter(
        ([, service]) =>
          service.profiles.length === 0 || service.profiles.some((one) => profiles.includes(one)),
      )
      .map(([name]) => name)
  })
}

/** The cloud is looked at, and whatever is missing there is taken for made. */
function thatMakesNothing(provider: DropletProvider): DropletProvider {
  const asItWas = <T extends object>(made: T): Promise<Made<T>> =>
    Promise.resolve({ ...made, outcome: 'as it was' })
  return {
    ...provider,
    ensureSshKey: () => asItWas({ id: 0 }),
    ensureVpc: () => asItWas({ id: '' }),
    async ensureDroplet({ name }) {
      const found = await provider.findDroplet(name)
      return asItWas({ id: 0, name, isActive: true, ...found, v4: found?.v4 ?? NOWHERE })
    },
    ensureFirewall: () => asItWas({ id: '' }),
    ensureRecords: ({ domain }) => asItWas({ zone: domain, changes: [] }),
  }
}
