//! Parameters whose values smtpd reads, expands and checks when it starts.

/// Whether smtpd stops at a bad value of this parameter.
pub(super) fn is_read(name: &str) -> bool {
    READ.binary_search(&name).is_ok()
}

// mail_params.c, mail_params_init; smtpd.c, main: the tables of Postfix 3.7.11
// and 3.10.13 together. A name that a release does not know is not checked.
#[rustfmt::skip]
const READ: &[&str] = &[
    "access_map_defer_code", "access_map_reject_code", "address_verify_negative_cache", "address_verify_poll_count",
    "address_verify_poll_delay", "address_verify_sender", "address_verify_sender_ttl", "address_verify_service_name",
    "alias_database", "alias_maps", "allow_untrusted_routing", "alternate_config_directories",
    "application_event_drain_time", "backwards_bounce_logfile_compatibility", "berkeley_db_create_buffer_size",
    "berkeley_db_read_buffer_size", "bounce_notice_recipient", "bounce_service_name", "broken_sasl_auth_clients",
    "canonical_maps", "cleanup_service_name", "command_directory", "compatibility_level", "content_filter",
    "cyrus_sasl_config_path", "daemon_directory", "daemon_table_open_error_is_fatal", "daemon_timeout",
    "data_directory", "debug_peer_level", "debug_peer_list", "default_database_type",
    "default_delivery_status_filter", "default_privs", "default_process_limit", "default_rbl_reply",
    "default_verp_delimiters", "defer_code", "defer_service_name", "delay_logging_resolution_limit",
    "deliver_lock_attempts", "deliver_lock_delay", "disable_dns_lookups", "disable_mime_input_processing",
    "disable_mime_output_conversion", "disable_vrfy_command", "dns_ncache_ttl_fix_enable", "dnssec_probe",
    "dont_remove", "double_bounce_sender", "enable_idna2003_compatibility", "enable_long_queue_ids",
    "enable_original_recipient", "error_notice_recipient", "error_service_name", "export_environment",
    "fast_flush_domains", "fault_injection_code", "flush_service_name", "fork_attempts", "fork_delay",
    "hash_queue_depth", "hash_queue_names", "header_address_token_limit", "header_from_format", "header_size_limit",
    "helpful_warnings", "import_environment", "in_flow_delay", "inet_interfaces", "inet_protocols",
    "info_log_address_format", "internal_mail_filter_classes", "invalid_hostname_reject_code", "ipc_idle",
    "ipc_timeout", "ipc_ttl", "known_tcp_ports", "line_length_limit", "lmdb_map_size", "local_header_rewrite_clients",
    "local_recipient_maps", "mail_name", "mail_owner", "maillog_file", "maillog_file_compressor",
    "maillog_file_permissions", "maillog_file_prefixes", "maillog_file_rotate_suffix", "maps_rbl_domains",
    "maps_rbl_reject_code", "max_idle", "max_use", "message_drop_headers", "message_size_limit", "meta_directory",
    "milter_command_timeout", "milter_connect_macros", "milter_connect_timeout", "milter_content_timeout",
    "milter_data_macros", "milter_default_action", "milter_end_of_data_macros", "milter_end_of_header_macros",
    "milter_helo_macros", "milter_macro_daemon_name", "milter_macro_defaults", "milter_macro_v", "milter_mail_macros",
    "milter_protocol", "milter_rcpt_macros", "milter_unknown_command_macros", "mime_boundary_length_limit",
    "mime_nesting_limit", "multi_instance_directories", "multi_instance_enable", "multi_instance_group",
    "multi_instance_name", "multi_instance_wrapper", "multi_recipient_bounce_reject_code", "mydestination",
    "mydomain", "myhostname", "mynetworks", "mynetworks_style", "myorigin", "non_fqdn_reject_code", "notify_classes",
    "owner_request_special", "parent_domain_matches_subdomains", "permit_mx_backup_networks", "pickup_service_name",
    "plaintext_reject_code", "postlog_service_name", "process_id_directory", "proxy_interfaces",
    "proxymap_service_name", "proxywrite_service_name", "queue_directory", "queue_minfree", "queue_service_name",
    "rbl_reply_maps", "receive_override_options", "recipient_canonical_maps", "recipient_delimiter", "reject_code",
    "reject_tempfail_action", "relay_clientcerts", "relay_domains", "relay_domains_reject_code",
    "relay_recipient_maps", "relayhost", "respectful_logging", "rewrite_service_name", "send_cyrus_sasl_authzid",
    "sender_canonical_maps", "setgid_group", "shlib_directory", "show_user_unknown_table_name", "showq_service_name",
    "smtpd_authorized_verp_clients", "smtpd_authorized_xclient_hosts", "smtpd_authorized_xforward_hosts",
    "smtpd_banner", "smtpd_client_auth_rate_limit", "smtpd_client_connection_count_limit",
    "smtpd_client_connection_rate_limit", "smtpd_client_event_limit_exceptions", "smtpd_client_ipv4_prefix_length",
    "smtpd_client_ipv6_prefix_length", "smtpd_client_message_rate_limit", "smtpd_client_new_tls_session_rate_limit",
    "smtpd_client_port_logging", "smtpd_client_recipient_rate_limit", "smtpd_client_restrictions",
    "smtpd_command_filter", "smtpd_data_restrictions", "smtpd_delay_open_until_valid_rcpt", "smtpd_delay_reject",
    "smtpd_discard_ehlo_keyword_address_maps", "smtpd_discard_ehlo_keywords", "smtpd_dns_reply_filter",
    "smtpd_end_of_data_restrictions", "smtpd_enforce_tls", "smtpd_error_sleep_time", "smtpd_etrn_restrictions",
    "smtpd_expansion_filter", "smtpd_forbid_bare_newline", "smtpd_forbid_bare_newline_exclusions",
    "smtpd_forbid_bare_newline_reject_code", "smtpd_forbid_unauth_pipelining", "smtpd_forbidden_commands",
    "smtpd_hard_error_limit", "smtpd_helo_required", "smtpd_helo_restrictions", "smtpd_hide_client_session",
    "smtpd_history_flush_threshold", "smtpd_junk_command_limit", "smtpd_log_access_permit_actions",
    "smtpd_milter_maps", "smtpd_milters", "smtpd_min_data_rate", "smtpd_noop_commands",
    "smtpd_null_access_lookup_key", "smtpd_peername_lookup", "smtpd_per_request_deadline",
    "smtpd_policy_service_default_action", "smtpd_policy_service_max_idle", "smtpd_policy_service_max_ttl",
    "smtpd_policy_service_policy_context", "smtpd_policy_service_request_limit", "smtpd_policy_service_retry_delay",
    "smtpd_policy_service_timeout", "smtpd_policy_service_try_limit", "smtpd_proxy_ehlo", "smtpd_proxy_filter",
    "smtpd_proxy_options", "smtpd_proxy_timeout", "smtpd_recipient_limit", "smtpd_recipient_overshoot_limit",
    "smtpd_recipient_restrictions", "smtpd_reject_footer", "smtpd_reject_footer_maps",
    "smtpd_reject_unlisted_recipient", "smtpd_reject_unlisted_sender", "smtpd_relay_before_recipient_restrictions",
    "smtpd_relay_restrictions", "smtpd_restriction_classes", "smtpd_sasl_auth_enable",
    "smtpd_sasl_authenticated_header", "smtpd_sasl_exceptions_networks", "smtpd_sasl_local_domain",
    "smtpd_sasl_mechanism_filter", "smtpd_sasl_path", "smtpd_sasl_response_limit", "smtpd_sasl_security_options",
    "smtpd_sasl_service", "smtpd_sasl_tls_security_options", "smtpd_sasl_type", "smtpd_sender_login_maps",
    "smtpd_sender_restrictions", "smtpd_soft_error_limit", "smtpd_starttls_timeout", "smtpd_timeout",
    "smtpd_tls_CAfile", "smtpd_tls_CApath", "smtpd_tls_always_issue_session_ids", "smtpd_tls_ask_ccert",
    "smtpd_tls_auth_only", "smtpd_tls_ccert_verifydepth", "smtpd_tls_cert_file", "smtpd_tls_chain_files",
    "smtpd_tls_ciphers", "smtpd_tls_dcert_file", "smtpd_tls_dh1024_param_file", "smtpd_tls_dh512_param_file",
    "smtpd_tls_dkey_file", "smtpd_tls_eccert_file", "smtpd_tls_eckey_file", "smtpd_tls_eecdh_grade",
    "smtpd_tls_enable_rpk", "smtpd_tls_exclude_ciphers", "smtpd_tls_fingerprint_digest", "smtpd_tls_key_file",
    "smtpd_tls_loglevel", "smtpd_tls_mandatory_ciphers", "smtpd_tls_mandatory_exclude_ciphers",
    "smtpd_tls_mandatory_protocols", "smtpd_tls_protocols", "smtpd_tls_received_header", "smtpd_tls_req_ccert",
    "smtpd_tls_security_level", "smtpd_tls_wrappermode", "smtpd_upstream_proxy_protocol",
    "smtpd_upstream_proxy_timeout", "smtpd_use_tls", "smtputf8_autodetect_classes", "smtputf8_enable",
    "socketmap_max_reply_size", "soft_bounce", "stale_lock_time", "stress", "strict_7bit_headers", "strict_8bitmime",
    "strict_8bitmime_body", "strict_mime_encoding_domain", "strict_rfc821_envelopes", "strict_smtputf8",
    "syslog_facility", "syslog_name", "tcp_windowsize", "tls_required_enable", "tlsproxy_service_name",
    "trace_service_name", "trigger_timeout", "unknown_address_reject_code", "unknown_address_tempfail_action",
    "unknown_client_reject_code", "unknown_helo_hostname_tempfail_action", "unknown_hostname_reject_code",
    "unknown_local_recipient_reject_code", "unknown_relay_recipient_reject_code", "unknown_virtual_alias_reject_code",
    "unknown_virtual_mailbox_reject_code", "unverified_recipient_defer_code", "unverified_recipient_reject_code",
    "unverified_recipient_reject_reason", "unverified_recipient_tempfail_action", "unverified_sender_defer_code",
    "unverified_sender_reject_code", "unverified_sender_reject_reason", "unverified_sender_tempfail_action",
    "verp_delimiter_filter", "virtual_alias_maps", "virtual_mailbox_maps",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(READ.is_sorted());
        assert!(is_read("smtpd_recipient_limit") && !is_read("smtp_helo_timeout"));
    }
}
