namespace Lava.Postgres;

/// <summary>How the deletion of a plan ended.</summary>
public enum PlanDeleteOutcome
{
    /// <summary>It is deleted.</summary>
    Deleted,

    /// <summary>The merchant has no such plan.</summary>
    NotFound,

    /// <summary>Customers are subscribed to it.</summary>
    InUse,
}
