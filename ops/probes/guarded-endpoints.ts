import { type Json, METHODS, resolve } from '@latchkey/shared/contract/document'
import { judge } from './finding.ts'
import { promise } from './openapi-contract.ts'
import type { Probe } from './probe.ts'
import { openVisitor } from './visitor.ts'

/** Not in the contract: admin's own ways, which nobody else may find open. */
const ADMIN = ['/v1/admin/users', '/v1/admin/audit-logs', '/v1/admin/audit-logs/export']

export const guardedEndpoints: Probe = {
  name: 'guardedEndpointsCheck',
  file: 'meta/guarded-endpoints.json',
  question: 'Is a stranger refused wherever a session or a role is owed?',
  next: 'stop the rollout and look at the guards in server/src/*/*.router.ts: something is open',
  async ask({ site }) {
    const stranger = openVisitor(site)
    const headers = { 'x-csrf-token': await stranger.token() }
    const asked = []
    for (const { method, path } of [...ownedPaths(promise()), ...ADMIN_READS, ADMIN_WRITE]) {
      const isWrite = method !== 'GET'
      const { status } = await stranger.get(path, { method, ...(isWrite && { body: {}, headers }) })
      asked.push({ method, path, status, refused: isRefusal(path, status) })
    }
    return judge(
      asked
        .filter(({ refused }) => !refused)
        .map(({ method, path, status }) => `${method} ${path} answered ${status}`),
      `All ${asked.length} guarded endpoints refused a stranger.`,
      { asked },
    )
  },
}

const ADMIN_READS = ADMIN.map((path) => ({ method: 'GET', path }))
const ADMIN_WRITE = { method: 'POST', path: '/api/trpc/jobs.ping' }

/** What is not there yet is closed as well; what the contract promises has to be there and say no. */
const isRefusal = (path: string, status: number): boolean =>
  status === 401 || status === 403 || (ADMIN.includes(path) && status === 404)

/** Every operation that the contract gives to a session, aliases included. */
export function ownedPaths(contract: Json): { method: string; path: string }[] {
  return Object.entries(contract['paths'] as Json).flatMap(([path, item]) => {
    const operations = resolve(contract, item)
    return METHODS.filter((method) => wantsSession(operations[method])).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{[^}]+\}/g, '00000000-0000-4000-8000-000000000000'),
    }))
  })
}

const wantsSession = (operation: unknown): boolean =>
  ((operation as { security?: Json[] } | undefined)?.security ?? []).some((schemes) => 'session' in schemes)
