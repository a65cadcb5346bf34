import { hostname, userInfo } from 'node:os'
import type { Given } from './tool.ts'

/** Who runs this, on which machine, and why, for the lock and for the report. */
export const operatorOf = ({ message }: Pick<Given, 'message'>) => ({
  operator: userInfo().username,
  host: hostname(),
  message: message ?? '',
})
