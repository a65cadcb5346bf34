import { Said, ToGoOn } from './said.tsx'

export function Verified({ anew = false }: { anew?: boolean }) {
  return (
    <>
      <Said heading="Your address is confirmed">
        <p className="text-lead">
          {anew
            ? 'The account is yours, with the password that you have just chosen.'
            : 'Everything is ready. The door opens with the password that you chose.'}
        </p>
      </Said>
      <ToGoOn />
    </>
  )
}
