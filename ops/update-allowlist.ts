import { entryOf } from './allowlist/entry.ts'
import { askForAddress, type List, LISTS, updateAllowlists } from './allowlist/update-allowlist.ts'
import { DEPLOY_ENV } from './deploy-env.ts'
import { Advice } from './launch/advice.mjs'
import { JSON_FLAG, runTool } from './tool.ts'

const TOOL = {
  usage: 'npm run update-allowlist --',
  says: 'Lets your address see the guarded hosts: changes ADMIN_ALLOWLIST and OPS_ALLOWLIST in deploy.env. The next deploy takes it to the edge.',
  flags: {
    address: { takes: 'ADDRESS', many: true, says: 'Let this one in; may be repeated.' },
    ask: {
      takes: 'URL',
      says: 'Let in whoever this page says that we are, such as https://checkip.amazonaws.com',
    },
    remove: { takes: 'RANGE', many: true, says: 'Take this entry out, as it stands there; may be repeated.' },
    only: { says: 'Nobody else: forget who is in the list.' },
    list: { takes: 'admin|ops', many: true, says: 'One list alone (both that are in use).' },
    file: { takes: 'PATH', says: 'The settings (deploy.env).' },
    ...JSON_FLAG,
  },
} as const

function requireList(name: string): List {
  const list = (Object.keys(LISTS) as List[]).find((one) => one === name)
  if (list) return list
  throw new Advice('There are two lists, admin and ops.', 'Next: npm run update-allowlist -- --help')
}

await runTool(TOOL, async ({ address, ask, remove, only, list, file = DEPLOY_ENV }) => {
  const asked = ask === undefined ? [] : [await askForAddress(ask)]
  const add = [...address.map(entryOf), ...asked]
  if (add.length === 0 && (only || remove.length === 0))
    throw new Advice(
      'Whom to let in was not said.',
      'Next: npm run update-allowlist -- --address 203.0.113.7, or --ask https://checkip.amazonaws.com',
    )
  const lists = updateAllowlists(file, list.length === 0 ? undefined : list.map(requireList), {
    add,
    remove,
    only,
  })
  const lines = lists.map(({ key, before, after }) =>
    before === after
      ? `${key} stays: ${after || 'nobody'}`
      : `${key}: ${before || 'nobody'} -> ${after || 'nobody'}`,
  )
  const isChanged = lists.some(({ before, after }) => before !== after)
  return {
    lines: [...lines, ...(isChanged ? ['Next: npm run deploy -- --update-only'] : [])],
    json: { ok: true, changed: isChanged, lists },
    ok: true,
  }
})
