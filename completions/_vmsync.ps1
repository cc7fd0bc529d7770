
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'vmsync' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'vmsync'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'vmsync' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Run one pass')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what `sync all` would change; writes nothing')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether a pass runs, how the last ones ended, and how fresh each source is')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List VMs, hosts, clusters, datastores, networks, switches, alarms or sources, as the last passes found them')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Answer a question in plain words, such as "hosts with no vms"')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'See whether a pass would find all it needs: sources, store, Redis, services')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the inventory into a file for other programs: CSV, JSON, NDJSON or XLSX')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count the inventory: VMs, clusters, capacity and what is promised of it')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Show or delete stored objects, never VMs, that have been gone for long')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Write, validate or show the configuration')
            [CompletionResult]::new('units', 'units', [CompletionResultType]::ParameterValue, 'Make units of systemd: a service that runs a pass as the configuration wants it, and a timer')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;sync' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'Bring every VM and all other objects up to date')
            [CompletionResult]::new('vms', 'vms', [CompletionResultType]::ParameterValue, 'Bring some VMs and their sessions up to date')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'Bring the hosts up to date, and nothing else')
            [CompletionResult]::new('clusters', 'clusters', [CompletionResultType]::ParameterValue, 'Bring the clusters up to date, and nothing else')
            [CompletionResult]::new('datastores', 'datastores', [CompletionResultType]::ParameterValue, 'Bring the datastores up to date, and nothing else')
            [CompletionResult]::new('networks', 'networks', [CompletionResultType]::ParameterValue, 'Bring the networks up to date, and nothing else')
            [CompletionResult]::new('switches', 'switches', [CompletionResultType]::ParameterValue, 'Bring the distributed switches up to date, and nothing else')
            [CompletionResult]::new('alarms', 'alarms', [CompletionResultType]::ParameterValue, 'Bring the triggered alarms up to date, and nothing else')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;sync;all' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('--metrics-file', '--metrics-file', [CompletionResultType]::ParameterName, 'Write how it went to this file for `node_exporter`''s textfile collector; its name ends in .prom [default: metrics.textfile of the configuration]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;vms' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;hosts' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;clusters' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;datastores' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;networks' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;switches' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;alarms' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'Wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed and write nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;sync;help' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'Bring every VM and all other objects up to date')
            [CompletionResult]::new('vms', 'vms', [CompletionResultType]::ParameterValue, 'Bring some VMs and their sessions up to date')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'Bring the hosts up to date, and nothing else')
            [CompletionResult]::new('clusters', 'clusters', [CompletionResultType]::ParameterValue, 'Bring the clusters up to date, and nothing else')
            [CompletionResult]::new('datastores', 'datastores', [CompletionResultType]::ParameterValue, 'Bring the datastores up to date, and nothing else')
            [CompletionResult]::new('networks', 'networks', [CompletionResultType]::ParameterValue, 'Bring the networks up to date, and nothing else')
            [CompletionResult]::new('switches', 'switches', [CompletionResultType]::ParameterValue, 'Bring the distributed switches up to date, and nothing else')
            [CompletionResult]::new('alarms', 'alarms', [CompletionResultType]::ParameterValue, 'Bring the triggered alarms up to date, and nothing else')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;sync;help;all' {
            break
        }
        'vmsync;sync;help;vms' {
            break
        }
        'vmsync;sync;help;hosts' {
            break
        }
        'vmsync;sync;help;clusters' {
            break
        }
        'vmsync;sync;help;datastores' {
            break
        }
        'vmsync;sync;help;networks' {
            break
        }
        'vmsync;sync;help;switches' {
            break
        }
        'vmsync;sync;help;alarms' {
            break
        }
        'vmsync;sync;help;help' {
            break
        }
        'vmsync;diff' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Ask only this source; the others count as not heard (repeatable)')
            [CompletionResult]::new('--retire-source', '--retire-source', [CompletionResultType]::ParameterName, 'Let the VMs of a source that is no longer configured be orphaned (repeatable)')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report on stdout [default: table]')
            [CompletionResult]::new('--report-file', '--report-file', [CompletionResultType]::ParameterName, 'Write the JSON report to this file too, replacing it as a whole')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit 10 if there are differences')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;status' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--warn', '--warn', [CompletionResultType]::ParameterName, 'With nagios, exit 1 if the last successful pass of all sources is older; a source without a complete listing for so long is stale [default: 3 times sync.interval]')
            [CompletionResult]::new('--crit', '--crit', [CompletionResultType]::ParameterName, 'With nagios, exit 2 if it is older than this [default: 10 times sync.interval]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('vms', 'vms', [CompletionResultType]::ParameterValue, 'List VMs')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'List ESXi hosts')
            [CompletionResult]::new('clusters', 'clusters', [CompletionResultType]::ParameterValue, 'List clusters')
            [CompletionResult]::new('datastores', 'datastores', [CompletionResultType]::ParameterValue, 'List datastores')
            [CompletionResult]::new('networks', 'networks', [CompletionResultType]::ParameterValue, 'List networks and portgroups')
            [CompletionResult]::new('switches', 'switches', [CompletionResultType]::ParameterValue, 'List distributed switches')
            [CompletionResult]::new('alarms', 'alarms', [CompletionResultType]::ParameterValue, 'List triggered alarms')
            [CompletionResult]::new('sources', 'sources', [CompletionResultType]::ParameterValue, 'List the sources that were ever heard')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;list;vms' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;hosts' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;clusters' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;datastores' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;networks' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;switches' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;alarms' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;sources' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields; -FIELD from the greatest to the least [default: name]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Say only how many there are')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Show also what is gone, and since when: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the sources now, not the store; nothing is written')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;list;help' {
            [CompletionResult]::new('vms', 'vms', [CompletionResultType]::ParameterValue, 'List VMs')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'List ESXi hosts')
            [CompletionResult]::new('clusters', 'clusters', [CompletionResultType]::ParameterValue, 'List clusters')
            [CompletionResult]::new('datastores', 'datastores', [CompletionResultType]::ParameterValue, 'List datastores')
            [CompletionResult]::new('networks', 'networks', [CompletionResultType]::ParameterValue, 'List networks and portgroups')
            [CompletionResult]::new('switches', 'switches', [CompletionResultType]::ParameterValue, 'List distributed switches')
            [CompletionResult]::new('alarms', 'alarms', [CompletionResultType]::ParameterValue, 'List triggered alarms')
            [CompletionResult]::new('sources', 'sources', [CompletionResultType]::ParameterValue, 'List the sources that were ever heard')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;list;help;vms' {
            break
        }
        'vmsync;list;help;hosts' {
            break
        }
        'vmsync;list;help;clusters' {
            break
        }
        'vmsync;list;help;datastores' {
            break
        }
        'vmsync;list;help;networks' {
            break
        }
        'vmsync;list;help;switches' {
            break
        }
        'vmsync;list;help;alarms' {
            break
        }
        'vmsync;list;help;sources' {
            break
        }
        'vmsync;list;help;help' {
            break
        }
        'vmsync;query' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer on stdout')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Only print the command that the question is understood as, and read nothing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;check' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Of the sources, ask only this one (repeatable)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--print-pins', '--print-pins', [CompletionResultType]::ParameterName, 'Print YAML that pins the certificates which the sources show now; no login is sent')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;export' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the file, whatever its end; csv of all kinds fills a folder')
            [CompletionResult]::new('--layout', '--layout', [CompletionResultType]::ParameterName, 'Tables of an export of all kinds')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Which of them, as in `vmsync list`')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which fields, in this order, as in `vmsync list` [default: all]')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'By these fields, -FIELD from the greatest to the least, which takes memory for all rows [default: the order of the store]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--gone', '--gone', [CompletionResultType]::ParameterName, 'Also what is gone: orphaned VMs, objects that their source no longer has')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace what an earlier export left there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;stats' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;prune' {
            [CompletionResult]::new('--gone-before', '--gone-before', [CompletionResultType]::ParameterName, 'What has been gone for longer than this: a number with a unit (s, m, h, d, w), such as 90d')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'With --apply, wait this long for another run to end [default: do not wait]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Delete it [default: show it]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;config' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented configuration to be filled in; never over a file that is there')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Read the configuration and say everything that is wrong with it')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every value that holds, and where it comes from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;config;init' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;config;validate' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;config;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;config;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented configuration to be filled in; never over a file that is there')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Read the configuration and say everything that is wrong with it')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every value that holds, and where it comes from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;config;help;init' {
            break
        }
        'vmsync;config;help;validate' {
            break
        }
        'vmsync;config;help;show' {
            break
        }
        'vmsync;config;help;help' {
            break
        }
        'vmsync;units' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write them into this folder, replacing those that are there [default: print them]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: the first of those listed by `vmsync --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Form of the messages on stderr [default: text, and journald where stderr is the journal]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; -vv says still more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but errors on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'vmsync;help' {
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Run one pass')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what `sync all` would change; writes nothing')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether a pass runs, how the last ones ended, and how fresh each source is')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List VMs, hosts, clusters, datastores, networks, switches, alarms or sources, as the last passes found them')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Answer a question in plain words, such as "hosts with no vms"')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'See whether a pass would find all it needs: sources, store, Redis, services')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the inventory into a file for other programs: CSV, JSON, NDJSON or XLSX')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count the inventory: VMs, clusters, capacity and what is promised of it')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Show or delete stored objects, never VMs, that have been gone for long')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Write, validate or show the configuration')
            [CompletionResult]::new('units', 'units', [CompletionResultType]::ParameterValue, 'Make units of systemd: a service that runs a pass as the configuration wants it, and a timer')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'vmsync;help;sync' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'Bring every VM and all other objects up to date')
            [CompletionResult]::new('vms', 'vms', [CompletionResultType]::ParameterValue, 'Bring some VMs and their sessions up to date')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'Bring the hosts up to date, and nothing else')
            [CompletionResult]::new('clusters', 'clusters', [CompletionResultType]::ParameterValue, 'Bring the clusters up to date, and nothing else')
            [CompletionResult]::new('datastores', 'datastores', [CompletionResultType]::ParameterValue, 'Bring the datastores up to date, and nothing else')
            [CompletionResult]::new('networks', 'networks', [CompletionResultType]::ParameterValue, 'Bring the networks up to date, and nothing else')
            [CompletionResult]::new('switches', 'switches', [CompletionResultType]::ParameterValue, 'Bring the distributed switches up to date, and nothing else')
            [CompletionResult]::new('alarms', 'alarms', [CompletionResultType]::ParameterValue, 'Bring the triggered alarms up to date, and nothing else')
            break
        }
        'vmsync;help;sync;all' {
            break
        }
        'vmsync;help;sync;vms' {
            break
        }
        'vmsync;help;sync;hosts' {
            break
        }
        'vmsync;help;sync;clusters' {
            break
        }
        'vmsync;help;sync;datastores' {
            break
        }
        'vmsync;help;sync;networks' {
            break
        }
        'vmsync;help;sync;switches' {
            break
        }
        'vmsync;help;sync;alarms' {
            break
        }
        'vmsync;help;diff' {
            break
        }
        'vmsync;help;status' {
            break
        }
        'vmsync;help;list' {
            [CompletionResult]::new('vms', 'vms', [CompletionResultType]::ParameterValue, 'List VMs')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'List ESXi hosts')
            [CompletionResult]::new('clusters', 'clusters', [CompletionResultType]::ParameterValue, 'List clusters')
            [CompletionResult]::new('datastores', 'datastores', [CompletionResultType]::ParameterValue, 'List datastores')
            [CompletionResult]::new('networks', 'networks', [CompletionResultType]::ParameterValue, 'List networks and portgroups')
            [CompletionResult]::new('switches', 'switches', [CompletionResultType]::ParameterValue, 'List distributed switches')
            [CompletionResult]::new('alarms', 'alarms', [CompletionResultType]::ParameterValue, 'List triggered alarms')
            [CompletionResult]::new('sources', 'sources', [CompletionResultType]::ParameterValue, 'List the sources that were ever heard')
            break
        }
        'vmsync;help;list;vms' {
            break
        }
        'vmsync;help;list;hosts' {
            break
        }
        'vmsync;help;list;clusters' {
            break
        }
        'vmsync;help;list;datastores' {
            break
        }
        'vmsync;help;list;networks' {
            break
        }
        'vmsync;help;list;switches' {
            break
        }
        'vmsync;help;list;alarms' {
            break
        }
        'vmsync;help;list;sources' {
            break
        }
        'vmsync;help;query' {
            break
        }
        'vmsync;help;check' {
            break
        }
        'vmsync;help;export' {
            break
        }
        'vmsync;help;stats' {
            break
        }
        'vmsync;help;prune' {
            break
        }
        'vmsync;help;config' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented configuration to be filled in; never over a file that is there')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Read the configuration and say everything that is wrong with it')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every value that holds, and where it comes from')
            break
        }
        'vmsync;help;config;init' {
            break
        }
        'vmsync;help;config;validate' {
            break
        }
        'vmsync;help;config;show' {
            break
        }
        'vmsync;help;units' {
            break
        }
        'vmsync;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
