import { zodResolver } from '@hookform/resolvers/zod'
import { LENGTHS } from '@latchkey/shared/limits'
import { avatarUrl, bio, displayName, lengthOf } from '@latchkey/shared/schemas/atoms'
import type { Me } from '@latchkey/shared/schemas/user'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { Form } from '../../ui/form.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { changesOf, enteredOf, type ProfileSent } from './profile-changes.ts'
import { PicturePreview } from './picture-preview.tsx'
import { SavedState } from './saved-state.tsx'

const checkProfile = zodResolver(z.strictObject({ displayName, avatarUrl, bio }))

export function ProfileForm({ user }: { user: Me }) {
  const { acceptMe } = useAuth()
  const { mutateAsync: update } = useMutation(useTRPC().profile.update.mutationOptions())
  const [isSaved, setIsSaved] = useState(false)
  const form = useApiForm({
    resolver: checkProfile,
    defaultValues: enteredOf(user),
    async send(profile: ProfileSent) {
      const me = await update(changesOf(user, profile))
      await acceptMe(me)
      form.reset(enteredOf(me))
      setIsSaved(true)
    },
    words: { RATE_LIMITED: TOO_MANY_CHANGES },
  })
  const typed = form.watch()

  return (
    <Form
      form={form}
      label="Profile"
      submit="Save"
      submitting="Saving…"
      wide={false}
      beside={<SavedState isSaved={isSaved && !form.isChanged && !form.pending} isChanged={form.isChanged} />}
    >
      <TextField label="Name" autoComplete="name" optional {...form.field('displayName')} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 sm:grid-cols-[minmax(0,1fr)_auto]">
        <TextField
          label="Picture"
          hint="The address of a picture on the web."
          type="url"
          inputMode="url"
          autoComplete="photo"
          autoCapitalize="none"
          spellCheck={false}
          optional
          {...form.field('avatarUrl')}
        />
        <PicturePreview url={typed.avatarUrl} user={{ displayName: typed.displayName, email: user.email }} />
      </div>
      <TextArea
        label="About you"
        hint={`${lengthOf(typed.bio.trim())} of ${LENGTHS.bio} characters.`}
        rows={5}
        optional
        {...form.field('bio')}
      />
    </Form>
  )
}

const TOO_MANY_CHANGES = 'You have saved very often. Please wait a moment and try again.'
