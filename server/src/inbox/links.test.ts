import { expect, test } from 'vitest'
import { withLinks } from './links.ts'

const link = (address: string) =>
  `<a href="${address}" target="_blank" rel="noopener noreferrer">${address}</a>`

test.each([
  ['what ends a sentence stays outside', 'See https://a.example/b.', `See ${link('https://a.example/b')}.`],
  ['brackets stay outside', '(http://a.example)', `(${link('http://a.example')})`],
  [
    'two in a row',
    'http://a.example http://b.example',
    `${link('http://a.example')} ${link('http://b.example')}`,
  ],
  ['a query is escaped', 'http://a.example/?b=1&c=2', link('http://a.example/?b=1&amp;c=2')],
  [
    'what is no address of the web',
    'javascript:alert(1) mailto:a@b.example data:x',
    'javascript:alert(1) mailto:a@b.example data:x',
  ],
  ['what cannot be parsed', 'http://[::bad', 'http://[::bad'],
  [
    'a quote cannot leave the attribute',
    `http://a.example/"onclick="x`,
    `${link('http://a.example/')}&quot;onclick=&quot;x`,
  ],
  ['markup', '<b>http://a.example</b>', `&lt;b&gt;${link('http://a.example')}&lt;/b&gt;`],
])('%s', (_what, text, html) => {
  expect(withLinks(text)).toBe(html)
})
