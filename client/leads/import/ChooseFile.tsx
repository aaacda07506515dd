import { Button, FileButton } from '@mantine/core'
import { FileText } from 'lucide-react'
import { type DragEvent, type ReactNode, useState } from 'react'
import { toast } from '../../ui'
import { ColumnMapping } from './ColumnMapping'
import styles from './import.module.css'
import { type CsvPreview, previewFile } from './read-csv'

interface Props {
  readonly onStarted: (importId: string) => void
  readonly onClose: () => void
  /** Stands below, until a file is chosen. */
  readonly children?: ReactNode
}

interface Chosen {
  readonly file: File
  readonly preview: CsvPreview
}

/** Takes a file, by button or by dropping it, and goes on to its columns. */
export function ChooseFile({ onStarted, onClose, children }: Props) {
  const [chosen, setChosen] = useState<Chosen>()
  const choose = async (file: File | null | undefined) => {
    if (!file) return
    try {
      setChosen({ file, preview: await previewFile(file) })
    } catch {
      toast.failed('The file could not be read', 'It may have been moved or changed. Choose it again.')
    }
  }
  if (chosen !== undefined && chosen.preview.fault === null)
    return (
      <ColumnMapping
        file={chosen.file}
        preview={chosen.preview}
        onStarted={onStarted}
        onBack={() => setChosen(undefined)}
        onClose={onClose}
      />
    )
  return (
    <>
      <DropZone onFile={choose} />
      {chosen !== undefined && (
        <p className={styles.fault} role="alert">
          <strong>{chosen.file.name}</strong> cannot be imported. {chosen.preview.fault}
        </p>
      )}
      {children}
    </>
  )
}

function DropZone({ onFile }: { onFile: (file: File | null | undefined) => void }) {
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onFile(event.dataTransfer.files[0])
  }
  return (
    <section
      className={styles.drop}
      aria-label="File"
      data-over={over || undefined}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileText size={28} strokeWidth={1.5} aria-hidden />
      <p>Drop a CSV file here, or</p>
      <FileButton onChange={onFile} accept=".csv,text/csv,text/plain" inputProps={{ 'aria-label': 'CSV file' }}>
        {props => (
          <Button {...props} data-autofocus>
            Choose a file
          </Button>
        )}
      </FileButton>
      <p className={styles.hint}>
        UTF-8, with the names of the columns in the first line; commas, semicolons, tabs or | between them. One column
        must hold the lead's id.
      </p>
    </section>
  )
}
