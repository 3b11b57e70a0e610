namespace Lava.Testing.Stripe;

/// <summary>How a request to the stand-in goes wrong.</summary>
public enum StandInFault
{
    /// <summary>Nothing is done and no answer comes, until the caller goes.</summary>
    TimeoutBefore,

    /// <summary>It is done, but no answer comes.</summary>
    TimeoutAfterCommit,

    /// <summary>Nothing is done; the connection breaks.</summary>
    ResetBefore,

    /// <summary>It is done; the connection breaks.</summary>
    ResetAfterCommit,

    /// <summary>It is done; the connection breaks in the middle of the answer.</summary>
    HalfAnswer,

    /// <summary>Nothing is done; the answer is 500, kept under the key: it comes again and again.</summary>
    Stored500,

    /// <summary>It is done; the answer is 500, kept under the key.</summary>
    Stored500AfterCommit,

    /// <summary>Nothing is done; the answer is 500, once.</summary>
    Plain500,

    /// <summary>Nothing is done; another request holds the object.</summary>
    LockTimeout409,

    /// <summary>Nothing is done; too many requests.</summary>
    RateLimit429,
}
