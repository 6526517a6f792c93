-- Health of a SupernetTraining or an ApqSearch in Argo CD. The order of the questions is kstatus':
-- is the status about this generation, does it need help, is it under way, how did it end?
local function progressing(message)
  return { status = "Progressing", message = message }
end

local status = obj.status or {}
local generation = obj.metadata.generation
if obj.metadata.deletionTimestamp ~= nil then
  return progressing("Being deleted")
end
if status.observedGeneration ~= generation then
  return progressing("The operator has not seen this generation yet")
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  if condition.observedGeneration == nil or condition.observedGeneration == generation then
    conditions[condition.type] = condition
  end
end

local function holds(kind)
  return conditions[kind] ~= nil and conditions[kind].status == "True"
end

local function explain(kind)
  local condition = conditions[kind]
  local message = condition.message or ""
  if message == "" then
    return condition.reason or kind
  end
  return (condition.reason or kind) .. ": " .. message
end

if holds("Stalled") then
  return { status = "Degraded", message = explain("Stalled") }
end
if holds("Suspended") then
  return { status = "Suspended", message = explain("Suspended") }
end
if holds("Reconciling") then
  return progressing(explain("Reconciling"))
end
if holds("Succeeded") then
  return { status = "Healthy", message = explain("Succeeded") }
end
if conditions.Succeeded ~= nil and conditions.Succeeded.status == "False" then
  return { status = "Degraded", message = explain("Succeeded") }
end
return progressing("Waiting for the operator")
