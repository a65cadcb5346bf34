import type { AnyTRPCRouter } from '@trpc/server'
import type { ZodType } from 'zod'
import { nothing } from '@latchkey/shared/schemas/atoms'
import type { Meta } from './trpc.ts'

/** What tRPC remembers of a procedure, for those who walk over all of them. */
export type Declared = {
  type: 'query' | 'mutation' | 'subscription'
  meta: Meta | undefined
  input: ZodType | undefined
  output: ZodType | undefined
}

export function proceduresOf(router: AnyTRPCRouter): Map<string, Declared> {
  const procedures = router._def.procedures as unknown as Record<string, { _def: Inner }>
  return new Map(
    Object.entries(procedures).map(([name, { _def }]) => [
      name,
      {
        type: _def.type,
        meta: _def.meta,
        input: _def.inputs.find((schema) => schema !== nothing),
        output: _def.output,
      },
    ]),
  )
}

type Inner = { type: Declared['type']; meta?: Meta; inputs: ZodType[]; output?: ZodType }

/** A procedure built around the guards has no caller declared, and the host does not start with it. */
export function requireDeclaredCallers(router: AnyTRPCRouter): void {
  const silent = [...proceduresOf(router)]
    .filter(([, { meta }]) => meta?.caller === undefined)
    .map(([name]) => name)
  if (silent.length > 0)
    throw new Error(
      `nobody said who may call ${silent.join(', ')}; build it from anyone, signedIn or withRole`,
    )
}
