{{- define "apq.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* Prefix of every object; 40 characters leave room for suffixes. */ -}}
{{- define "apq.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "apq.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Refuses the values of an earlier chart without the defaults of what is new: --reuse-values leaves them out. */ -}}
{{- define "apq.requireSections" -}}
{{- $missing := list -}}
{{- if not (hasKey .Values.artifactStore "s3") -}}
{{- $missing = append $missing "artifactStore.s3" -}}
{{- end -}}
{{- range $section := list "trainJobs" "canary" "tracing" -}}
{{- if not (hasKey $.Values $section) -}}
{{- $missing = append $missing $section -}}
{{- end -}}
{{- end -}}
{{- with $missing -}}
{{- fail (printf "the values lack %s, which the installed chart did not have: upgrade with --reset-then-reuse-values in place of --reuse-values" (join ", " .)) -}}
{{- end -}}
{{- end -}}

{{- define "apq.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "apq.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "apq.selectorLabels" -}}
app.kubernetes.io/name: {{ include "apq.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "apq.labels" -}}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{ include "apq.selectorLabels" . }}
app.kubernetes.io/part-of: apq
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{- /* Image reference of (dict "image" .Values.image "default" tag). A digest wins over a tag. */ -}}
{{- define "apq.image" -}}
{{- $path := .image.repository -}}
{{- if .image.registry -}}
{{- $path = printf "%s/%s" (trimSuffix "/" .image.registry) .image.repository -}}
{{- end -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $path .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $path (default .default .image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "apq.claimName" -}}
{{- default .Values.artifactStore.claim.name .Values.artifactStore.existingClaim -}}
{{- end -}}

{{- define "apq.workerClaimName" -}}
{{- default (include "apq.claimName" .) .Values.artifactStore.workerClaim -}}
{{- end -}}

{{- /* Port of the S3 server, as seen from a Pod. */ -}}
{{- define "apq.s3Port" -}}
{{- $endpoint := trimSuffix "/" .Values.artifactStore.s3.endpoint -}}
{{- $port := regexFind ":[0-9]+$" $endpoint -}}
{{- if $port -}}
{{- trimPrefix ":" $port -}}
{{- else -}}
{{- ternary 80 443 (hasPrefix "http://" $endpoint) -}}
{{- end -}}
{{- end -}}

{{- /* JSON list of the release's namespace and the watched ones, each once. */ -}}
{{- define "apq.namespaces" -}}
{{- concat (list .Release.Namespace) .Values.watch.namespaces | uniq | toJson -}}
{{- end -}}

{{- /* The rest of `worker` as a spec.worker in JSON, empty if nothing of it is set; integers of quantities become strings. */ -}}
{{- define "apq.workerDefaults" -}}
{{- $defaults := dict -}}
{{- range $field := list "imagePullPolicy" "env" "nodeSelector" "tolerations" "priorityClassName" "runtimeClassName" -}}
{{- with index $.Values.worker $field -}}
{{- $_ := set $defaults $field . -}}
{{- end -}}
{{- end -}}
{{- with .Values.worker.imagePullSecrets -}}
{{- $names := list -}}
{{- range . -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- $_ := set $defaults "imagePullSecrets" $names -}}
{{- end -}}
{{- with .Values.worker.resources -}}
{{- $resources := dict -}}
{{- range $kind, $quantities := . -}}
{{- $strings := dict -}}
{{- range $name, $quantity := $quantities -}}
{{- $_ := set $strings $name (toString $quantity) -}}
{{- end -}}
{{- $_ := set $resources $kind $strings -}}
{{- end -}}
{{- $_ := set $defaults "resources" $resources -}}
{{- end -}}
{{- with $defaults -}}
{{- toJson . -}}
{{- end -}}
{{- end -}}
