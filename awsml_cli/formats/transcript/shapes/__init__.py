"""The shapes in which Transcribe writes a transcript, one module each."""
