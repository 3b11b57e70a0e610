namespace Lava.Postgres;

/// <summary>Why a customer needs a look.</summary>
public enum CustomerLook
{
    /// <summary>Whether it needs one or not.</summary>
    Any,

    /// <summary>Its balance is low or used up.</summary>
    Alerted,

    /// <summary>A hard limit refused a call of it in the limit's present time, and was not raised since.</summary>
    Limited,

    /// <summary>A payment of it was declined and is attempted again, or waits for a person's decision.</summary>
    Unpaid,
}
