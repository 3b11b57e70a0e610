using System.Collections.Concurrent;
using System.Security.Cryptography;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Web.Dashboard.Sessions;

/// <summary>
/// Who has signed in: a map in memory before the table, so that people who have keep their pages while PostgreSQL is away.
/// </summary>
internal sealed class DashboardSessions(ManagementStores stores, Snapshot<AccountSnapshot> accounts, TimeProvider time)
{
    /// <summary>A session that nobody uses for so long ends.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromHours(12);

    /// <summary>A session ends after this, used or not.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromDays(7);

    /// <summary>Random bytes of a cookie.</summary>
    public const int SecretBytes = 32;

    // Far more people than look after an account.
    private const int KnownMax = 10_000;

    private static readonly TimeSpan SeenInterval = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<UInt256, DashboardSession> _known = new();

    /// <summary>Opens a session with a key: all of the account for a live one, its test data for a test one.</summary>
    /// <returns>The cookie's bytes; null: no key is known by this digest.</returns>
    public async Task<byte[]?> OpenAsync(UInt256 keyDigest, CancellationToken cancellationToken)
    {
        if (!accounts.Current.SecretKeys.TryGetValue(keyDigest, out var key)
            || await stores.Businesses.FindOfMerchantAsync(key.Merchant.Id, cancellationToken) is not { } account)
        {
            return null;
        }

        return await OpenAsync(account, key.Merchant.IsTest ? SessionModes.Test : SessionModes.Both, keyDigest, cancellationToken);
    }

    /// <summary>Opens a session of the store's first account.</summary>
    public async Task<byte[]?> OpenFirstAsync(CancellationToken cancellationToken) =>
        await stores.Businesses.FindFirstAsync(cancellationToken) is { } account
            ? await OpenAsync(account, SessionModes.Both, null, cancellationToken)
            : null;

    /// <summary>The session of a cookie; null: there is none, or it has ended.</summary>
    /// <exception cref="StoreUnavailableException">It may be one of another process, and the table can't be asked.</exception>
    public async Task<DashboardSession?> FindAsync(ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
    {
        var digest = UInt256.Sha256(secret.Span);
        if (!_known.TryGetValue(digest, out var session))
        {
            if (await stores.Sessions.FindAsync(digest, cancellationToken) is not { } record
                || await stores.Businesses.FindAsync(record.AccountId, cancellationToken) is not { } account)
            {
                return null;
            }

            session = Know(new DashboardSession(account, record));
        }

        var now = time.GetUtcNow();
        if (HasEnded(session, now))
        {
            await EndAsync(session, cancellationToken);
            return null;
        }

        if (session.See(now, SeenInterval))
        {
            await stores.Sessions.SeenAsync(digest, now, cancellationToken);
        }

        return session;
    }

    /// <summary>Ends a session.</summary>
    public Task EndAsync(DashboardSession session, CancellationToken cancellationToken)
    {
        _known.TryRemove(session.Record.Digest, out _);
        return stores.Sessions.DeleteAsync(session.Record.Digest, cancellationToken);
    }

    /// <summary>
    /// Ends all sessions of an account. Other processes notice when they look at the table next: not before theirs are idle.
    /// </summary>
    public Task EndAllAsync(Guid accountId, CancellationToken cancellationToken)
    {
        foreach (var (digest, session) in _known)
        {
            if (session.Account.Id == accountId)
            {
                _known.TryRemove(digest, out _);
            }
        }

        return stores.Sessions.DeleteOfAccountAsync(accountId, cancellationToken);
    }

    /// <summary>Forgets what has ended.</summary>
    public Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (digest, session) in _known)
        {
            if (HasEnded(session, now))
            {
                _known.TryRemove(digest, out _);
            }
        }

        // A use is noted once an hour.
        return stores.Sessions.RemoveOldAsync(now, now - IdleMax - SeenInterval, cancellationToken);
    }

    private async Task<byte[]> OpenAsync(
        AccountRecord account, SessionModes modes, UInt256? keyDigest, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        var now = time.GetUtcNow();
        var record = new SessionRecord(UInt256.Sha256(secret), account.Id, modes, keyDigest, now, now, now + LifeMax);
        await stores.Sessions.InsertAsync(record, cancellationToken);
        Know(new DashboardSession(account, record));
        return secret;
    }

    // A session ends with the key that opened it: whoever deletes a leaked one shuts out all who used it.
    private bool HasEnded(DashboardSession session, DateTimeOffset now) =>
        now >= session.Record.ExpiresAt || now - session.SeenAt >= IdleMax
        || (session.Record.KeyDigest is { } key && !accounts.Current.SecretKeys.TryGetValue(key, out _));

    private DashboardSession Know(DashboardSession session)
    {
        if (_known.Count >= KnownMax)
        {
            _known.Clear();
        }

        return _known.GetOrAdd(session.Record.Digest, session);
    }
}
