import { Secret } from '@latchkey/shared/secret'
import type { HostKey } from './host-key.ts'

/** What is installed, by the family of DO_IMAGE: an engine, compose and git, from the distribution itself. */
const PACKAGES: Readonly<Record<string, string[]>> = {
  debian: ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'git', 'ca-certificates'],
  ubuntu: ['docker.io', 'docker-compose-v2', 'docker-buildx', 'git', 'ca-certificates'],
}

/** What a droplet does when it is first on. Everything else is done over SSH, where one can see how it went. */
export function userDataOf(image: string, hostKey: HostKey): Secret {
  const packages = PACKAGES[image.split('-')[0] ?? ''] ?? []
  const config = {
    package_update: true,
    packages,
    ssh_pwauth: false,
    ssh_deletekeys: true,
    ssh_genkeytypes: [],
    ssh_keys: { ed25519_private: hostKey.privateKey.reveal(), ed25519_public: hostKey.line },
  }
  // JSON is YAML, and needs no care for what stands in it.
  return new Secret(`#cloud-config\n${JSON.stringify(config, undefined, 2)}\n`)
}
