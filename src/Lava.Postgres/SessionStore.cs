using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Who has signed in to the dashboard: digests of cookies, never the cookies.</summary>
public sealed class SessionStore(StoreSource source)
{
    /// <summary>Has anybody ever signed in, as far as it is still known?</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        (await source.QueryAsync(
            new NpgsqlCommand("select exists (select from dashboard_sessions)"), row => row.GetBoolean(0), cancellationToken))[0];

    /// <summary>Opens one.</summary>
    public Task InsertAsync(SessionRecord session, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            insert into dashboard_sessions (digest, account_id, modes, key_digest, created_at, seen_at, expires_at)
            values (@digest, @account, @modes, @key, @created, @seen, @expires)
            """)
            .Add("digest", session.Digest.ToArray()).Add("account", session.AccountId).Add("modes", (short)session.Modes)
            .AddTime("created", session.CreatedAt).AddTime("seen", session.SeenAt).AddTime("expires", session.ExpiresAt);
        command.Parameters.Add(new NpgsqlParameter<byte[]?>("key", session.KeyDigest?.ToArray()));
        return RunAsync(command, cancellationToken);
    }

    /// <summary>One that has not been ended; null: there is none.</summary>
    public async Task<SessionRecord?> FindAsync(UInt256 digest, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select digest, account_id, modes, key_digest, created_at, seen_at, expires_at from dashboard_sessions where digest = @digest
            """)
            .Add("digest", digest.ToArray());
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Those of an account, the newest first.</summary>
    public Task<List<SessionRecord>> ListAsync(Guid accountId, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select digest, account_id, modes, key_digest, created_at, seen_at, expires_at from dashboard_sessions
            where account_id = @account order by created_at desc limit @limit
            """)
            .Add("account", accountId).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>It was used.</summary>
    public Task SeenAsync(UInt256 digest, DateTimeOffset at, CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand("update dashboard_sessions set seen_at = @at where digest = @digest")
            .Add("digest", digest.ToArray()).AddTime("at", at),
        cancellationToken);

    /// <summary>Ends one.</summary>
    public Task DeleteAsync(UInt256 digest, CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand("delete from dashboard_sessions where digest = @digest").Add("digest", digest.ToArray()), cancellationToken);

    /// <summary>Ends all of an account.</summary>
    public Task DeleteOfAccountAsync(Guid accountId, CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand("delete from dashboard_sessions where account_id = @account").Add("account", accountId), cancellationToken);

    /// <summary>Forgets those that have ended by themselves.</summary>
    public Task RemoveOldAsync(DateTimeOffset now, DateTimeOffset seenBefore, CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand("delete from dashboard_sessions where expires_at <= @now or seen_at <= @seen")
            .AddTime("now", now).AddTime("seen", seenBefore),
        cancellationToken);

    private static SessionRecord Read(NpgsqlDataReader row) => new(
        UInt256.FromBytes(row.GetFieldValue<byte[]>(0)),
        row.GetGuid(1),
        (SessionModes)row.GetInt16(2),
        row.IsDBNull(3) ? null : UInt256.FromBytes(row.GetFieldValue<byte[]>(3)),
        row.Time(4),
        row.Time(5),
        row.Time(6));

    private Task RunAsync(NpgsqlCommand command, CancellationToken cancellationToken) =>
        source.QueryAsync(command, static _ => 0, cancellationToken);
}
