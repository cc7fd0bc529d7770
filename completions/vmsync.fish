# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_vmsync_global_optspecs
    string join \n c/config= color= v/verbose q/quiet log-format= h/help V/version
end

function __fish_vmsync_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_vmsync_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_vmsync_using_subcommand
    set -l cmd (__fish_vmsync_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c vmsync -n "__fish_vmsync_needs_command" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_needs_command" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_needs_command" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_needs_command" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_needs_command" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_needs_command" -s V -l version -d 'Print version'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "sync" -d 'Run one pass'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "diff" -d 'Show what `sync all` would change; writes nothing'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "status" -d 'Show whether a pass runs, how the last ones ended, and how fresh each source is'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "list" -d 'List VMs, hosts, clusters, datastores, networks, switches, alarms or sources, as the last passes found them'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "query" -d 'Answer a question in plain words, such as "hosts with no vms"'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "check" -d 'See whether a pass would find all it needs: sources, store, Redis, services'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "export" -d 'Write the inventory into a file for other programs: CSV, JSON, NDJSON or XLSX'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "stats" -d 'Count the inventory: VMs, clusters, capacity and what is promised of it'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "prune" -d 'Show or delete stored objects, never VMs, that have been gone for long'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "config" -d 'Write, validate or show the configuration'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "units" -d 'Make units of systemd: a service that runs a pass as the configuration wants it, and a timer'
complete -c vmsync -n "__fish_vmsync_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "all" -d 'Bring every VM and all other objects up to date'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "vms" -d 'Bring some VMs and their sessions up to date'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "hosts" -d 'Bring the hosts up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "clusters" -d 'Bring the clusters up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "datastores" -d 'Bring the datastores up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "networks" -d 'Bring the networks up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "switches" -d 'Bring the distributed switches up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "alarms" -d 'Bring the triggered alarms up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and not __fish_seen_subcommand_from all vms hosts clusters datastores networks switches alarms help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l metrics-file -d 'Write how it went to this file for `node_exporter`\'s textfile collector; its name ends in .prom [default: metrics.textfile of the configuration]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from all" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from vms" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from hosts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from clusters" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from datastores" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from networks" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from switches" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l lock-timeout -d 'Wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -s n -l dry-run -d 'Show what would be changed and write nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from alarms" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "all" -d 'Bring every VM and all other objects up to date'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "vms" -d 'Bring some VMs and their sessions up to date'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "hosts" -d 'Bring the hosts up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "clusters" -d 'Bring the clusters up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "datastores" -d 'Bring the datastores up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "networks" -d 'Bring the networks up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "switches" -d 'Bring the distributed switches up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "alarms" -d 'Bring the triggered alarms up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand sync; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l source -d 'Ask only this source; the others count as not heard (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l retire-source -d 'Let the VMs of a source that is no longer configured be orphaned (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l allow -d 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l format -d 'Form of the report on stdout [default: table]' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
ndjson\t'For programs: one line for each change, then the report without them'"
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l report-file -d 'Write the JSON report to this file too, replacing it as a whole' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -l exit-code -d 'Exit 10 if there are differences'
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -l format -d 'Form of the answer' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'
nagios\t'One line with performance data; exits 0, 1, 2 or 3 as a monitoring plugin does'"
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -l warn -d 'With nagios, exit 1 if the last successful pass of all sources is older; a source without a complete listing for so long is stale [default: 3 times sync.interval]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -l crit -d 'With nagios, exit 2 if it is older than this [default: 10 times sync.interval]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "vms" -d 'List VMs'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "hosts" -d 'List ESXi hosts'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "clusters" -d 'List clusters'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "datastores" -d 'List datastores'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "networks" -d 'List networks and portgroups'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "switches" -d 'List distributed switches'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "alarms" -d 'List triggered alarms'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "sources" -d 'List the sources that were ever heard'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and not __fish_seen_subcommand_from vms hosts clusters datastores networks switches alarms sources help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from vms" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from hosts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from clusters" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from datastores" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from networks" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from switches" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from alarms" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l where -d 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l columns -d 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l sort -d 'By these fields; -FIELD from the greatest to the least [default: name]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l format -d 'Form of the list on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l count -d 'Say only how many there are'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l gone -d 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -l live -d 'Ask the sources now, not the store; nothing is written'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from sources" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "vms" -d 'List VMs'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "hosts" -d 'List ESXi hosts'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "clusters" -d 'List clusters'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "datastores" -d 'List datastores'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "networks" -d 'List networks and portgroups'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "switches" -d 'List distributed switches'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "alarms" -d 'List triggered alarms'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "sources" -d 'List the sources that were ever heard'
complete -c vmsync -n "__fish_vmsync_using_subcommand list; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -l format -d 'Form of the answer on stdout' -r -f -a "table\t'For people, with units'
json\t'For programs: one JSON document'
ndjson\t'For programs: one JSON object on each line'
csv\t'For spreadsheets: comma-separated, with a header; what they would run as a formula gets a \' in front'"
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -l explain -d 'Only print the command that the question is understood as, and read nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand query" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -l source -d 'Of the sources, ask only this one (repeatable)' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -l format -d 'Form of the answer' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'"
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -l print-pins -d 'Print YAML that pins the certificates which the sources show now; no login is sent'
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l format -d 'Form of the file, whatever its end; csv of all kinds fills a folder' -r -f -a "csv\t'A table in a file; of all kinds, a folder with a file for each'
json\t'One object with an array for each kind'
ndjson\t'One line for each object'
xlsx\t'A workbook with a sheet for each kind'"
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l layout -d 'Tables of an export of all kinds' -r -f -a "fields\t'A table for each kind, a column for each field'
rvtools\t'The workbook of RVTools, which assessment tools import'"
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l where -d 'Which of them, as in `vmsync list`' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l columns -d 'Which fields, in this order, as in `vmsync list` [default: all]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l sort -d 'By these fields, -FIELD from the greatest to the least, which takes memory for all rows [default: the order of the store]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l limit -d 'At most so many' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l gone -d 'Also what is gone: orphaned VMs, objects that their source no longer has'
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -l force -d 'Replace what an earlier export left there'
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand stats" -l format -d 'Form of the answer' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'"
complete -c vmsync -n "__fish_vmsync_using_subcommand stats" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand stats" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand stats" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand stats" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand stats" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -l gone-before -d 'What has been gone for longer than this: a number with a unit (s, m, h, d, w), such as 90d' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -l lock-timeout -d 'With --apply, wait this long for another run to end [default: do not wait]' -r -f
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -l format -d 'Form of the answer' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'"
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -l apply -d 'Delete it [default: show it]'
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -f -a "init" -d 'Write a commented configuration to be filled in; never over a file that is there'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -f -a "validate" -d 'Read the configuration and say everything that is wrong with it'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -f -a "show" -d 'Show every value that holds, and where it comes from'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and not __fish_seen_subcommand_from init validate show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from init" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from init" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from validate" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from validate" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from validate" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from validate" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from validate" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from show" -l format -d 'Form of the answer' -r -f -a "table\t'For people'
json\t'For programs: one JSON document on one line'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from show" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write a commented configuration to be filled in; never over a file that is there'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Read the configuration and say everything that is wrong with it'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show every value that holds, and where it comes from'
complete -c vmsync -n "__fish_vmsync_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand units" -l dir -d 'Write them into this folder, replacing those that are there [default: print them]' -r -f -a "(__fish_complete_directories)"
complete -c vmsync -n "__fish_vmsync_using_subcommand units" -s c -l config -d 'Configuration file [default: the first of those listed by `vmsync --help`]' -r -F
complete -c vmsync -n "__fish_vmsync_using_subcommand units" -l color -d 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)' -r -f -a "auto\t'On a terminal'
always\t'Also in files and pipes'
never\t'Not at all'"
complete -c vmsync -n "__fish_vmsync_using_subcommand units" -l log-format -d 'Form of the messages on stderr [default: text, and journald where stderr is the journal]' -r -f -a "text\t'For people'
json\t'For programs: one JSON object on each line'
journald\t'To systemd\'s journal, with fields of its own'"
complete -c vmsync -n "__fish_vmsync_using_subcommand units" -s v -l verbose -d 'Say more on stderr; -vv says still more'
complete -c vmsync -n "__fish_vmsync_using_subcommand units" -s q -l quiet -d 'Nothing but errors on stderr'
complete -c vmsync -n "__fish_vmsync_using_subcommand units" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "sync" -d 'Run one pass'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "diff" -d 'Show what `sync all` would change; writes nothing'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "status" -d 'Show whether a pass runs, how the last ones ended, and how fresh each source is'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "list" -d 'List VMs, hosts, clusters, datastores, networks, switches, alarms or sources, as the last passes found them'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "query" -d 'Answer a question in plain words, such as "hosts with no vms"'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "check" -d 'See whether a pass would find all it needs: sources, store, Redis, services'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "export" -d 'Write the inventory into a file for other programs: CSV, JSON, NDJSON or XLSX'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "stats" -d 'Count the inventory: VMs, clusters, capacity and what is promised of it'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "prune" -d 'Show or delete stored objects, never VMs, that have been gone for long'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "config" -d 'Write, validate or show the configuration'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "units" -d 'Make units of systemd: a service that runs a pass as the configuration wants it, and a timer'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and not __fish_seen_subcommand_from sync diff status list query check export stats prune config units help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "all" -d 'Bring every VM and all other objects up to date'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "vms" -d 'Bring some VMs and their sessions up to date'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "hosts" -d 'Bring the hosts up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "clusters" -d 'Bring the clusters up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "datastores" -d 'Bring the datastores up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "networks" -d 'Bring the networks up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "switches" -d 'Bring the distributed switches up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from sync" -f -a "alarms" -d 'Bring the triggered alarms up to date, and nothing else'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "vms" -d 'List VMs'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "hosts" -d 'List ESXi hosts'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "clusters" -d 'List clusters'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "datastores" -d 'List datastores'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "networks" -d 'List networks and portgroups'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "switches" -d 'List distributed switches'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "alarms" -d 'List triggered alarms'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "sources" -d 'List the sources that were ever heard'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a commented configuration to be filled in; never over a file that is there'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "validate" -d 'Read the configuration and say everything that is wrong with it'
complete -c vmsync -n "__fish_vmsync_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show every value that holds, and where it comes from'
