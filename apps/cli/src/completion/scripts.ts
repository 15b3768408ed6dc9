/** Shells that scripts are there for, each with where its script goes. The scripts ask `berth complete`, so they never grow old. */
export const shells = {
  bash: {
    install: 'echo \'eval "$(berth completion bash)"\' >> ~/.bashrc',
    script: `_berth() {
  local word line
  local -a words=()
  # bash takes config:set and --app=x apart at the sign; what follows it is a word of its own.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do [[ $word == [:=] ]] || words+=("$word"); done
  [[ \${COMP_WORDS[COMP_CWORD]} == [:=] ]] && words+=("")
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) _berth_paths -f "\${words[-1]}" ;;
      :folders) _berth_paths -d "\${words[-1]}" ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(berth complete -- "\${words[@]}" 2>/dev/null)
}
_berth_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}
complete -o nosort -F _berth berth 2>/dev/null || complete -F _berth berth
`,
  },
  zsh: {
    install: "echo 'source <(berth completion zsh)' >> ~/.zshrc",
    script: `#compdef berth
_berth() {
  local -a found shown
  local word about
  while IFS=$'\\t' read -r word about; do
    case "$word" in
      :files) _files ;;
      :folders) _files -/ ;;
      *) found+=("$word") shown+=("$word\${about:+  -- $about}") ;;
    esac
  done < <(berth complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && compadd -l -d shown -a found
}
if [ "$funcstack[1]" = "_berth" ]; then
  _berth "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _berth berth
fi
`,
  },
  fish: {
    install: "echo 'berth completion fish | source' >> ~/.config/fish/config.fish",
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
