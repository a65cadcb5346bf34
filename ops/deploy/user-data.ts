import { Secret } from '@latchkey/shared/secret'
import type { HostKey } from './host-key.ts'

/** What is installed, by the family of DO_IMAGE: an engine, compose and git, from the distribution itself. */
const PACKAGES: Readonly<Record<string, string[]>> = {
  debian: ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'git', 'ca-certificates'],
  ubuntu: ['docker.io', 'docker-compose-v2', 'docker-buildx', 'git', 'ca-certificates'],
}

type FirstBoot = { image: string; hostKey: HostKey; user: string; publicKey: string }

/** What a droplet does when it is first on. Everything else is done over SSH, where one can see how it went. */
export function userDataOf({ image, hostKey, user, publicKey }: FirstBoot): Secret {
  const config = {
    package_update: true,
    packages: PACKAGES[image.split('-')[0] ?? ''] ?? [],
    ssh_pwauth: false,
    ssh_deletekeys: true,
    ssh_genkeytypes: [],
    ssh_keys: { ed25519_private: hostKey.privateKey.reveal(), ed25519_public: hostKey.line },
    ...(user !== 'root' && { groups: ['docker'], users: ['default', accountOf(user, publicKey)] }),
  }
  // JSON is YAML, and needs no care for what stands in it.
  return new Secret(`#cloud-config\n${JSON.stringify(config, undefined, 2)}\n`)
}

/** May work the engine, which is as good as being root there, and is nothing else. */
const accountOf = (name: string, publicKey: string) => ({
  name,
  groups: ['docker'],
  shell: '/bin/bash',
  lock_passwd: true,
  ssh_authorized_keys: [publicKey],
})
