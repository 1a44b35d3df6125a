/** How much the disk is trusted: `full` for people's data, `none` for a database that lives as long as a test run. */
export type Durability = "full" | "none";

/**
 * PostgreSQL at the size of a laptop: one machine, a few dozen connections, no replication. What keeps an acknowledged
 * write (fsync, synchronous_commit, full_page_writes) is on unless the data is disposable.
 */
export function configuration(socketDirectory: string, durability: Durability): string {
  const safe = durability === "full" ? "on" : "off";
  const settings: Record<string, string> = {
    listen_addresses: "",
    unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    max_connections: "60",
    shared_buffers: "32MB",
    work_mem: "4MB",
    maintenance_work_mem: "32MB",
    effective_cache_size: "512MB",
    random_page_cost: "1.1",
    jit: "off",
    io_method: "sync",
    max_worker_processes: "2",
    max_parallel_workers: "0",
    max_parallel_workers_per_gather: "0",
    max_parallel_maintenance_workers: "0",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_replication_slots: "0",
    max_logical_replication_workers: "0",
    wal_buffers: "2MB",
    min_wal_size: "32MB",
    max_wal_size: "256MB",
    wal_recycle: "on",
    fsync: safe,
    synchronous_commit: safe,
    full_page_writes: safe,
    checkpoint_timeout: "10min",
    autovacuum_worker_slots: "2",
    autovacuum_max_workers: "2",
    autovacuum_naptime: "30s",
    idle_in_transaction_session_timeout: "15s",
    timezone: "UTC",
    log_timezone: "UTC",
    log_destination: "stderr",
    logging_collector: "off",
    log_line_prefix: "%m [%p] ",
    log_min_messages: "warning",
    // A failing statement may carry what a user typed; its error is enough.
    log_min_error_statement: "panic",
    log_checkpoints: "off",
    update_process_title: "off",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return `# Written by Runboard at every start; changes here are lost.\n${lines.join("\n")}\n`;
}
