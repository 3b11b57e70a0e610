namespace Lava.Server.Demo;

/// <summary>What befalls a customer of the demonstration beyond its calls and the payments for them.</summary>
internal enum DemoStory
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Pays what was used, as it adds up.</summary>
    Owing,

    /// <summary>Loses what is left of each cycle's credit.</summary>
    Lapsing,

    /// <summary>A renewal was declined, and paid a day later.</summary>
    Recovered,

    /// <summary>A renewal was declined until the subscription was given up.</summary>
    GivenUp,

    /// <summary>Its last renewal was declined and is still tried again.</summary>
    PastDue,

    /// <summary>Its card did not pay for a bundle at first.</summary>
    Declined,

    /// <summary>Bought twice by mistake, and got the money back.</summary>
    Refunded,

    /// <summary>Got a part of its money back.</summary>
    PartlyRefunded,

    /// <summary>Disputed a payment.</summary>
    Disputed,

    /// <summary>Ended its subscription.</summary>
    Left,

    /// <summary>Has asked for its subscription's end.</summary>
    Leaving,

    /// <summary>Took a smaller plan.</summary>
    Downgraded,

    /// <summary>Has asked for a smaller plan.</summary>
    Downgrading,

    /// <summary>Had credit of a promotion, which expired.</summary>
    Promoted,
}
