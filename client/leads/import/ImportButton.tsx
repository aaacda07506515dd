import { Button, Modal } from '@mantine/core'
import { useSessionStorage } from '@mantine/hooks'
import { Upload } from 'lucide-react'
import { ChooseFile } from './ChooseFile'
import { ImportRun } from './ImportRun'

interface Props {
  readonly opened: boolean
  readonly onOpen: () => void
  readonly onClose: () => void
}

/** Opens the import of a CSV file. An import that runs is remembered over reloads of the page, and found again here. */
export function ImportButton({ opened, onOpen, onClose }: Props) {
  const [running, setRunning] = useSessionStorage<string>({ key: 'hookline.import', defaultValue: '' })
  return (
    <>
      <Button leftSection={<Upload size={16} />} onClick={onOpen}>
        {running === '' ? 'Import CSV' : 'See the import'}
      </Button>
      <Modal opened={opened} onClose={onClose} title="Import leads from CSV" size="xl" closeOnClickOutside={false}>
        {running === '' ? (
          <ChooseFile onStarted={setRunning} onClose={onClose} />
        ) : (
          <ImportRun
            importId={running}
            onAgain={() => setRunning('')}
            onDone={() => {
              setRunning('')
              onClose()
            }}
          />
        )}
      </Modal>
    </>
  )
}
