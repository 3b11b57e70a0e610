namespace Lava.Postgres;

/// <summary>How deleting a secret key ended.</summary>
public enum SecretKeyDeleteOutcome
{
    /// <summary>Deleted now.</summary>
    Deleted,

    /// <summary>Deleted before.</summary>
    AlreadyDeleted,

    /// <summary>It is the merchant's last: nothing changed.</summary>
    LastKey,

    /// <summary>This merchant has no such key.</summary>
    NotFound,
}
