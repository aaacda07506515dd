import { Button, Modal } from '@mantine/core'
import { Upload } from 'lucide-react'
import { useState } from 'react'
import { useImports } from '../../api'
import { ChooseFile } from './ChooseFile'
import { EarlierImports } from './EarlierImports'
import { ImportRun } from './ImportRun'

interface Props {
  readonly opened: boolean
  readonly onOpen: () => void
  readonly onClose: () => void
}

/**
 * Opens the import of a CSV file. The server knows which import runs, so it is found again after a reload and in any
 * browser.
 */
export function ImportButton({ opened, onOpen, onClose }: Props) {
  const imports = useImports().data ?? []
  const running = imports.find(({ status }) => status === 'running')
  const [watched, setWatched] = useState('')
  const open = () => {
    setWatched(running?.id ?? '')
    onOpen()
  }
  return (
    <>
      <Button leftSection={<Upload size={16} />} onClick={open}>
        {running === undefined ? 'Import CSV' : 'See the import'}
      </Button>
      <Modal opened={opened} onClose={onClose} title="Import leads from CSV" size="xl" closeOnClickOutside={false}>
        {watched === '' ? (
          <ChooseFile onStarted={setWatched} onClose={onClose}>
            <EarlierImports imports={imports} onOpen={setWatched} />
          </ChooseFile>
        ) : (
          <ImportRun importId={watched} onAgain={() => setWatched('')} onDone={onClose} />
        )}
      </Modal>
    </>
  )
}
