#compdef awsml

_awsml_completion() {
  eval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _AWSML_COMPLETE=complete_zsh awsml)
}

compdef _awsml_completion awsml
