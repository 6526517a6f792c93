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

{{- /* JSON list of the release's namespace and the watched ones, each once. */ -}}
{{- define "apq.namespaces" -}}
{{- concat (list .Release.Namespace) .Values.watch.namespaces | uniq | toJson -}}
{{- end -}}
