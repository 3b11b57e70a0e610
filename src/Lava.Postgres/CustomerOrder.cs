namespace Lava.Postgres;

/// <summary>In which order customers are listed.</summary>
public enum CustomerOrder
{
    /// <summary>Who was made last comes first.</summary>
    Newest,

    /// <summary>Who was charged the most in the present month (UTC) comes first; who made no call in it is not listed.</summary>
    MostUsed,
}
