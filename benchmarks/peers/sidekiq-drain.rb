# sidekiq-drain.rb JOBS: no-op jobs per second that two Sidekiq processes of ten threads drain, from
# the first one taken until the queue is empty. REDIS_URL says where.
require 'sidekiq'

class NoOp
  include Sidekiq::Worker
  sidekiq_options queue: 'bench', retry: false

  def perform(_payload); end
end

# The worker processes load this file too.
return unless $PROGRAM_NAME == __FILE__

jobs = Integer(ARGV.fetch(0))
Sidekiq.redis(&:flushall)
(jobs / 1000).times { Sidekiq::Client.push_bulk('class' => NoOp, 'args' => Array.new(1000) { ['x' * 100] }) }
jobs = jobs / 1000 * 1000

def clock = Process.clock_gettime(Process::CLOCK_MONOTONIC)

workers = Array.new(2) { spawn('sidekiq', '-r', File.expand_path(__FILE__), '-c', '10', '-q', 'bench', %i[out err] => File::NULL) }
begun = nil
loop do
  left = Sidekiq.redis { |redis| redis.llen('queue:bench') }
  begun ||= clock if left < jobs
  break if left.zero?
  sleep 0.005
end
puts jobs / (clock - begun)
workers.each { |pid| Process.kill('TERM', pid) }
workers.each { |pid| Process.wait(pid) }
