/**
 * What happens to the leases of several nodes, each step whole. Times are Redis's own, in milliseconds: the clocks of nodes differ.
 *
 * - `nodes` node → its last beat · `devices` node → how many are connected there · `here:<node>` the people connected there
 * - `people` person → on how many nodes · `graces` person whose last device has gone → when
 */
const NOW = `
local function now() local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end
local function gone(here, user, at)
  if redis.call('SREM', here, user) == 1 and redis.call('HINCRBY', KEYS[3], user, -1) <= 0 then
    redis.call('HDEL', KEYS[3], user)
  end
  if redis.call('HEXISTS', KEYS[3], user) == 0 then redis.call('ZADD', KEYS[4], 'NX', at, user) end
end`;

/** KEYS nodes, devices, people, graces, here; ARGV people. @returns who of them was offline until now */
export const COME = `
local new = {}
for _, user in ipairs(ARGV) do
  if redis.call('SADD', KEYS[5], user) == 1 then
    local first = redis.call('HINCRBY', KEYS[3], user, 1) == 1
    if redis.call('ZREM', KEYS[4], user) == 0 and first then new[#new + 1] = user end
  end
end
return new`;

/** ARGV: person, milliseconds ago, person, … */
export const GO = `${NOW}
for i = 1, #ARGV, 2 do gone(KEYS[5], ARGV[i], now() - ARGV[i + 1]) end
return 0`;

/** ARGV: the node. All of its people go, and it too. */
export const LEAVE = `${NOW}
for _, user in ipairs(redis.call('SMEMBERS', KEYS[5])) do gone(KEYS[5], user, now()) end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return 0`;

/**
 * ARGV: the node, its devices, the lease, the grace, what `here:<node>` begins with, most lapses at once. KEYS also: the mark that tells
 * whether Redis still knows what it was told, ARGV 7 being that of a new one; and the calm.
 * The people of nodes that have not beaten for a lease have gone with their last beat. Whoever has not been able to beat itself says
 * nothing about others: for a lease nobody is given up, and everybody can tell who is there.
 * @returns whether the node was known, the mark, and of everybody whose grace is over: the person, when they went
 */
export const BEAT = `${NOW}
local time = now()
local mine = redis.call('ZSCORE', KEYS[1], ARGV[1])
if mine and time - mine > tonumber(ARGV[3]) then
  redis.call('SET', KEYS[7], 1, 'PX', ARGV[3])
  for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZADD', KEYS[1], time, node) end
end
redis.call('ZADD', KEYS[1], time, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('SET', KEYS[6], ARGV[7], 'NX')
local answer = { mine and '1' or '0', redis.call('GET', KEYS[6]) }
if redis.call('EXISTS', KEYS[7]) == 1 then return answer end
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time - ARGV[3], 'WITHSCORES')
for i = 1, #dead, 2 do
  local here = ARGV[5] .. dead[i]
  for _, user in ipairs(redis.call('SMEMBERS', here)) do gone(here, user, dead[i + 1]) end
  redis.call('ZREM', KEYS[1], dead[i])
  redis.call('HDEL', KEYS[2], dead[i])
end
local due = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', time - ARGV[4], 'WITHSCORES', 'LIMIT', 0, ARGV[6])
for i = 1, #due, 2 do
  redis.call('ZREM', KEYS[4], due[i])
  answer[#answer + 1] = due[i]
  answer[#answer + 1] = due[i + 1]
end
return answer`;
