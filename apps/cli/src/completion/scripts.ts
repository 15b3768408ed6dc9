/** Shells that scripts are there for, each with where its script goes. The scripts ask `berth complete`, so they never grow old. */
export const shells = {
  bash: {
    install: 'echo \'eval "$(berth completion bash)"\' >> ~/.bashrc',
    script: `_berth() {
  local words line
  words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) COMPREPLY+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")) ;;
      :folders) COMPREPLY+=($(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}")) ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(berth complete -- "\${words[@]}" 2>/dev/null)
}
complete -o nosort -F _berth berth 2>/dev/null || complete -F _berth berth
`,
  },
  zsh: {
    install: 'berth completion zsh > "${fpath[1]}/_berth"',
    script: `#compdef berth
_berth() {
  local -a found
  local line
  while IFS= read -r line; do
    case "$line" in
      :files) _files ;;
      :folders) _files -/ ;;
      *) found+=("$line") ;;
    esac
  done < <(berth complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && compadd -a found
}
if [ "$funcstack[1]" = "_berth" ]; then _berth "$@"; else compdef _berth berth; fi
`,
  },
  fish: {
    install: 'berth completion fish > ~/.config/fish/completions/berth.fish',
    script: `function __berth_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (berth complete -- $words[2..-1] 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path (commandline -ct)
      case :folders
        __fish_complete_directories (commandline -ct)
      case '*'
        echo $line
    end
  end
end
complete -c berth -f -a '(__berth_complete)'
`,
  },
} as const;
export type Shell = keyof typeof shells;
