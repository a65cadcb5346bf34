import { judge, notChecked } from './finding.ts'
import type { Probe } from './probe.ts'

export const metrics: Probe = {
  name: 'metrics',
  file: 'meta/app-metrics.json',
  question: 'What does the product count, and does it tell it as Prometheus reads it?',
  next: 'ask from inside: docker compose exec server-a containers/ask http://127.0.0.1:8000/metrics',
  async ask({ metrics: read }) {
    if (!read) return notChecked('Needs a way to ask from inside: nothing of it is open to the outside.')
    const text = await read()
    const names = [...text.matchAll(/^# TYPE (\w+) (?:counter|gauge|histogram|summary)$/gm)].map(
      ([, name]) => name,
    )
    return judge(
      names.length > 0 ? [] : ['nothing in it is a metric'],
      `It tells ${names.length === 1 ? 'one metric' : `${names.length} metrics`}.`,
      { names },
      { files: { 'meta/metrics.txt': text } },
    )
  },
}
